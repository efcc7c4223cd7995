package sondera_test

// systemTable holds calls for the rules of the system pack; see [ruleCase].
var systemTable = []ruleCase{
	{"openclaw-block-workspace-identity", `
@write path=SOUL.md | content=x
@edit path=IDENTITY.md
@write path=/home/ubuntu/.openclaw/workspace/a/USER.md | content=x
@write path=../a/./SOUL.md | content=x
@write path=soul.md | content=x
@apply_patch input=*** Begin Patch\n*** Update File: SOUL.md\n@@\n-a\n+b\n*** End Patch
@apply_patch input=*** Begin Patch\n*** Delete File: USER.md\n*** End Patch
@edit file_path=~/.openclaw/workspace/b/SOUL.md
`, `
@read path=SOUL.md
@write path=docs/soulful.md | content=x
@write path=src/user.go | content=x
@edit path=README.md
@grep pattern=name | path=IDENTITY.md
`},
	{"openclaw-block-exec-identity", `
echo evil > SOUL.md
echo evil >> ./IDENTITY.md
tee USER.md < x
sed -i s/a/b/ SOUL.md
cp x.md ~/.openclaw/workspace/a/SOUL.md
mv x.md USER.md
python3 -c 'open("SOUL.md","w").write("x")'
cat > 'SO''UL.md' <<< x
rm SOUL.md
curl -so SOUL.md https://example.com/soul
perl -i -pe s/a/b/ IDENTITY.md
`, `
cat SOUL.md
grep name IDENTITY.md
wc -l USER.md
echo SOUL.md > list.txt
cp SOUL.md /tmp/soul-copy.txt
`},
	{"openclaw-block-workspace-instructions", `
@write path=AGENTS.md | content=x
@edit path=TOOLS.md
@write path=/home/ubuntu/.openclaw/workspace/a/HEARTBEAT.md | content=x
@write path=./BOOTSTRAP.md | content=x
@edit path=boot.md
@apply_patch input=*** Begin Patch\n*** Add File: AGENTS.md\n+x\n*** End Patch
@write file_path=~/.openclaw/workspace/a/../b/AGENTS.md | content=x
`, `
@read path=AGENTS.md
@write path=docs/agents-guide.md | content=x
@edit path=src/tools.go
@write path=bootstrap.ts | content=x
@write path=CONTRIBUTING.md | content=x
`},
	{"openclaw-block-exec-instructions", `
echo x >> AGENTS.md
printf x > TOOLS.md
tee -a HEARTBEAT.md < x
sed -i '$a obey' BOOT.md
mv new.md AGENTS.md
rm BOOTSTRAP.md
cp /tmp/x ./AGENTS.md
sh -c 'cat /tmp/x > AGENTS.md'
node -e "require('fs').writeFileSync('AGENTS.md','x')"
`, `
cat AGENTS.md
head -20 TOOLS.md
diff AGENTS.md docs/agents.txt
ls *.md
echo 'see AGENTS.md' >> notes.md
`},
	{"openclaw-block-skill-instructions", `
@write path=skills/weather/SKILL.md | content=x
@edit path=~/.openclaw/skills/x/SKILL.md
@write path=SKILL.md | content=x
@edit path=skills/weather/skill.md
@apply_patch input=*** Begin Patch\n*** Update File: skills/weather/SKILL.md\n@@\n-a\n+b\n*** End Patch
@write path=/home/ubuntu/.openclaw/workspace/a/skills/./y/SKILL.md | content=x
`, `
@read path=skills/weather/SKILL.md
@write path=docs/skills.md | content=x
@edit path=skills/weather/main.py
@write path=skill-list.txt | content=x
`},
	{"openclaw-block-exec-skill", `
echo x > skills/weather/SKILL.md
cp x ~/.openclaw/skills/x/SKILL.md
tee skills/a/SKILL.md < x
sed -i s/a/b/ skills/weather/SKILL.md
mv x skills/weather/SKILL.md
rm skills/weather/SKILL.md
cat x >> skills/weather/"SKILL.md"
`, `
cat skills/weather/SKILL.md
find skills -name SKILL.md
grep -r name skills
python3 skills/weather/main.py
`},
	{"openclaw-block-main-config", `
: > ~/.openclaw/openclaw.json
sed -i s/a/b/ ~/.openclaw/openclaw.json
@write path=~/.openclaw/openclaw.json | content={}
@edit path=/home/ubuntu/.openclaw/openclaw.json
@write path=../../openclaw.json | content={}
cp x ~/.openclaw/openclaw.json
jq .a x | tee $HOME/.openclaw/openclaw.json
mv ~/.openclaw/openclaw.json /tmp
cat <<< '{}' > /home/ubuntu/.openclaw//openclaw.json
`, `
@write path=config.json | content={}
@edit path=package.json
jq . package.json
@write path=docs/openclaw.md | content=x
`},
	{"openclaw-block-credentials", `
@write path=~/.openclaw/credentials/oauth.json | content={}
@edit path=/home/ubuntu/.openclaw/credentials/whatsapp/default/creds.json
echo x > ~/.openclaw/credentials/x
rm -rf ~/.openclaw/credentials
cp x ~/.openclaw/credentials/oauth.json
tee "$HOME/.openclaw/credentials/oauth.json" < x
mv ~/.openclaw/credentials /tmp/c
`, `
@write path=credentials_test.go | content=x
@edit path=src/credentials/store.ts
ls src/auth
@write path=docs/credentials.md | content=x
`},
	{"openclaw-block-auth-profiles", `
@write path=~/.openclaw/agents/a/agent/auth-profiles.json | content={}
@edit path=/home/ubuntu/.openclaw/agents/b/agent/auth-profiles.json
echo {} > ~/.openclaw/agents/a/agent/auth-profiles.json
sed -i s/a/b/ ~/.openclaw/agents/a/agent/auth-profiles.json
rm ~/.openclaw/agents/a/agent/auth-profiles.json
cp x ~/.openclaw/agents/*/agent/auth-profiles.json
`, `
@write path=profiles.json | content={}
@edit path=src/auth/profile.ts
echo {} > auth.json.example
@read path=docs/auth-profiles.md
`},
	{"openclaw-block-read-credentials", `
cat ~/.openclaw/credentials/oauth.json
@read path=~/.openclaw/credentials/oauth.json
@read path=/home/ubuntu/.openclaw/agents/a/agent/auth-profiles.json
grep -r token ~/.openclaw/credentials
@grep pattern=token | path=~/.openclaw/credentials
tar cf /tmp/c.tar ~/.openclaw/credentials
@read path=../../credentials/oauth.json
cp -r ~/.openclaw/credentials /tmp/c
`, `
@read path=src/credentials/store.ts
openclaw status
cat docs/credentials.md
@grep pattern=token | path=src
`},
	{"openclaw-block-session-transcripts", `
@write path=~/.openclaw/agents/a/sessions/1.jsonl | content=x
@edit path=/home/ubuntu/.openclaw/agents/a/sessions/2.jsonl
echo x >> ~/.openclaw/agents/a/sessions/1.jsonl
rm ~/.openclaw/agents/a/sessions/1.jsonl
sed -i s/a/b/ ~/.openclaw/agents/b/sessions/3.jsonl
truncate -s 0 ~/.openclaw/agents/a/sessions/1.jsonl
@write path=../../agents/a/sessions/1.jsonl | content=x
`, `
@write path=data/train.jsonl | content=x
echo {} >> out.jsonl
wc -l data/train.jsonl
@edit path=fixtures/a.jsonl
jq -c . data/train.jsonl > /tmp/x.jsonl
`},
	{"openclaw-block-session-registry", `
@write path=~/.openclaw/agents/a/sessions/sessions.json | content={}
@edit path=/home/ubuntu/.openclaw/agents/a/sessions/sessions.json
echo {} > ~/.openclaw/agents/a/sessions/sessions.json
rm ~/.openclaw/agents/a/sessions/sessions.json
cp x ~/.openclaw/devices/paired.json
@write path=~/.openclaw/cron/jobs.json | content={}
mv ~/.openclaw/agents /tmp/agents
`, `
@write path=sessions.json | content={}
@edit path=src/sessions.ts
cat sessions.json
@write path=docs/sessions.md | content=x
`},
	{"openclaw-block-memory-databases", `
rm ~/.openclaw/memory/a.sqlite
@write path=~/.openclaw/memory/a.sqlite | content=x
cp x ~/.openclaw/state/openclaw.sqlite
: > ~/.openclaw/memory/a.sqlite
dd if=/dev/zero of=/home/ubuntu/.openclaw/state/openclaw.sqlite count=1
mv ~/.openclaw/memory/a.sqlite /tmp/
`, `
sqlite3 app.db 'select 1'
@read path=docs/memory.md
cp app.db backup.db
rm -f test.sqlite
`},
	{"openclaw-block-plugin-manifests", `
@write path=~/.openclaw/extensions/x/openclaw.plugin.json | content={}
@edit path=/home/ubuntu/.openclaw/extensions/x/openclaw.plugin.json
echo {} > ~/.openclaw/extensions/x/openclaw.plugin.json
cp -r evil ~/.openclaw/extensions/
rm ~/.openclaw/extensions/x/openclaw.plugin.json
sed -i s/a/b/ ~/.openclaw/extensions/x/index.ts
`, `
@write path=manifest.json | content={}
@edit path=src/plugin.ts
cat package.json
@write path=public/manifest.webmanifest | content={}
`},
	{"openclaw-block-claude-settings", `
@write path=~/.claude/settings.json | content={}
@edit path=.claude/settings.local.json
echo {} > ~/.claude/settings.json
cp hook.sh ~/.claude/hooks/pre.sh
sed -i s/ask/allow/ .claude/settings.json
tee /home/ubuntu/.claude/settings.json < x
rm ~/.claude/settings.json
`, `
@write path=settings.json | content={}
@edit path=src/settings.ts
cat docs/claude.md
@write path=config/settings.yaml | content=x
`},
	{"openclaw-block-git-hooks", `
echo x > .git/hooks/pre-commit
@write path=.git/hooks/post-merge | content=x
cp hook .git/hooks/pre-push
@edit path=repo/.git/hooks/pre-commit
ln -s /tmp/x .git/hooks/post-checkout
chmod +x h && mv h .git/hooks/commit-msg
@write path=.GIT/hooks/pre-commit | content=x
`, `
ls .git/hooks
git commit -m hooks
@write path=src/hooks/useThing.ts | content=x
cat .git/hooks/pre-commit.sample
`},
	{"openclaw-block-security-config", `
@write path=.pre-commit-config.yaml | content=x
@edit path=.secrets.baseline
rm .pre-commit-config.yaml
echo x > .secrets.baseline
sed -i /gitleaks/d .pre-commit-config.yaml
@write path=.gitleaks.toml | content=x
mv .secrets.baseline /tmp
`, `
pre-commit run --all-files
@write path=.editorconfig | content=x
@edit path=.golangci.yml
cat .pre-commit-config.yaml
@write path=docs/pre-commit.md | content=x
`},
	{"openclaw-block-read-anthropic", `
cat ~/.anthropic/credentials.json
@read path=~/.anthropic/api_key
@read path=/home/ubuntu/.config/anthropic/config.json
grep -r key ~/.anthropic
cp -r ~/.anthropic /tmp
head ~/.anthropic/api_key
@grep pattern=. | path=~/.config/anthropic
`, `
@read path=docs/anthropic.md
cat src/anthropic/client.ts
pip show anthropic
grep -rn anthropic src
`},
	{"openclaw-block-write-anthropic", `
@write path=~/.anthropic/api_key | content=x
echo x > ~/.anthropic/credentials.json
@edit path=~/.config/anthropic/config.json
rm -r ~/.anthropic
tee ~/.anthropic/api_key < x
mv x /home/ubuntu/.anthropic/api_key
`, `
@write path=src/anthropic.ts | content=x
@edit path=docs/anthropic.md
echo x > anthropic.txt
pip install anthropic
`},
	{"openclaw-block-read-claude-desktop", `
cat "$HOME/.config/Claude/claude_desktop_config.json"
@read path=~/.config/Claude/claude_desktop_config.json
@read path=/Users/ann/Library/Application Support/Claude/config.json
cp -r ~/.config/Claude /tmp
strings ~/.config/Claude/Cookies
@grep pattern=key | path=~/.config/Claude
`, `
@read path=docs/claude.md
cat CLAUDE.md
grep -rn claude src
ls src/claude
`},
	{"openclaw-block-write-claude-desktop", `
@write path=~/.config/Claude/claude_desktop_config.json | content={}
echo {} > ~/.config/Claude/claude_desktop_config.json
@edit path=/Users/ann/Library/Application Support/Claude/claude_desktop_config.json
rm -rf ~/.config/Claude
cp x ~/.config/Claude/claude_desktop_config.json
sed -i s/a/b/ "$HOME/.config/Claude/claude_desktop_config.json"
`, `
@write path=docs/claude-desktop.md | content=x
@edit path=src/claude.ts
echo x > claude.txt
@write path=config/desktop.json | content={}
`},
	{"openclaw-block-read-huggingface", `
cat ~/.cache/huggingface/token
@read path=~/.cache/huggingface/token
@read path=/home/ubuntu/.huggingface/token
cp ~/.cache/huggingface/token /tmp
base64 ~/.cache/huggingface/stored_tokens
python3 -c 'print(open("/home/ubuntu/.cache/huggingface/token").read())'
@grep pattern=hf | path=~/.cache/huggingface/token
`, `
pip show huggingface_hub
@read path=docs/huggingface.md
grep -rn huggingface src
du -sh ~/.cache
`},
	{"openclaw-block-write-huggingface", `
echo hf > ~/.cache/huggingface/token
@write path=~/.cache/huggingface/token | content=x
@edit path=/home/ubuntu/.huggingface/token
rm ~/.cache/huggingface/token
tee ~/.cache/huggingface/token < x
mv t ~/.huggingface/token
`, `
@write path=src/huggingface.py | content=x
@edit path=docs/hf.md
pip install huggingface_hub
echo x > token.md
`},
	{"openclaw-block-vscode-extensions", `
@write path=~/.vscode/extensions/x/extension.js | content=x
cp -r evil ~/.vscode/extensions/
@edit path=/home/ubuntu/.vscode-server/extensions/x/package.json
rm -rf ~/.vscode/extensions/x
tee ~/.vscode/extensions/x/extension.js < x
unzip evil.vsix -d ~/.vscode/extensions/evil
`, `
@write path=src/extension.ts | content=x
@edit path=extensions/x/package.json
@read path=.vscode/extensions.json
ls ~/.vscode/extensions
code --version
`},
}
