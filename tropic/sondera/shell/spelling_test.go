package shell_test

import (
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/shell"
)

func environment() shell.Environment {
	return shell.Environment{
		Dir: "/home/ubuntu/.openclaw/workspace/a", Home: "/home/ubuntu",
		Sensitive: func(p shell.Path) bool {
			return strings.Contains(p.Text, "/.ssh/") || strings.Contains(p.Text, "/.aws/") || strings.HasSuffix(p.Text, "/.env")
		},
	}
}

// spellings all delete /home recursively. OpenClaw runs each with bash -c.
var spellings = []string{
	`rm -rf /home`, `"rm" -r -f /home`, "rm\t-rf\t/home", `\rm -fr /home`, `/bin/rm --recursive --force /home`, `rm --recurs --forc /home`, `rm -rf -- /home`,
	`r""m -rf /home`, `r'm' -rf /home`, `$'\x72\x6d' -rf /home`, `$'\162m' -rf /home`, `rm -rf /ho""me`, `rm -rf "/home"`, `rm -rf //home/`, `rm -rf /home/.`, `rm -rf /tmp/../home`,
	`X=rm; $X -rf /home`, `X="rm -rf"; $X /home`, `a=(rm -rf /home); "${a[@]}"`, `A=r B=m; $A$B -rf /home`, `x=mr; ${x:1:1}${x:0:1} -rf /home`, `eval rm -rf /home`, `eval "rm" '-rf' /home`,
	`sh -c 'rm -rf /home'`, `bash -lc "rm -rf /home"`, `bash -c "$(echo rm -rf /home)"`, `sh <<< 'rm -rf /home'`, "bash <<EOF\nrm -rf /home\nEOF", "bash <<-'EOF'\n\trm -rf /home\n\tEOF",
	`echo 'rm -rf /home' | sh`, `echo cm0gLXJmIC9ob21lCg== | base64 -d | bash`, `base64 -d <<< cm0gLXJmIC9ob21lCg== | sh`, `bash <(echo rm -rf /home)`, `printf 'rm -rf /home' | bash -s`, `printf '\x72\x6d -rf /home' | sh`,
	`echo 726d202d7266202f686f6d65 | xxd -r -p | sh`, `rev <<< 'emoh/ fr- mr' | sh`, `$(echo rm) -rf /home`, "`echo rm` -rf /home", `{rm,-rf,/home}`, `rm${IFS}-rf${IFS}/home`, `rm -rf /{home,nowhere}`,
	`env rm -rf /home`, `env -i PATH=/bin rm -rf /home`, `env -S "rm -rf /home"`, `nice -n 5 rm -rf /home`, `timeout 5 rm -rf /home`, `nohup rm -rf /home &`, `stdbuf -oL rm -rf /home`, `sudo rm -rf /home`,
	`sudo -u root -- rm -rf /home`, `doas rm -rf /home`, `pkexec rm -rf /home`, `su -c 'rm -rf /home'`, `busybox rm -rf /home`, `command rm -rf /home`, `exec rm -rf /home`, `builtin command rm -rf /home`,
	`setsid rm -rf /home`, `chroot / rm -rf /home`, `flock /tmp/l rm -rf /home`, `flock /tmp/l -c 'rm -rf /home'`, `strace -f rm -rf /home`, `watch -n1 rm -rf /home`, `script -qc 'rm -rf /home' /dev/null`, `unshare -r rm -rf /home`,
	`systemd-run --user rm -rf /home`, `somewrapper --flag rm -rf /home`, `xargs rm -rf <<< /home`, `echo /home | xargs rm -rf`, `echo /home | xargs -I{} rm -rf {}`, `find /home -delete`, `find /home -exec rm -rf {} +`, `find / -maxdepth 1 -name home -exec rm -rf /home \;`,
	`parallel rm -rf ::: /home`, `cd / && rm -rf home`, `cd /; cd tmp; rm -rf ../home`, `(cd /; rm -rf home)`, `pushd / && rm -rf ./home`, `f() { rm -rf "$1"; }; f /home`, `alias x='rm -rf /home'; x`, `if true; then rm -rf /home; fi`,
	`while :; do rm -rf /home; break; done`, `for d in /home; do rm -rf $d; done`, `case x in *) rm -rf /home;; esac`, `! rm -rf /home`, `time rm -rf /home`, `true && rm -rf /home`, `false || rm -rf /home`, `ls; rm -rf /home`, "ls\nrm -rf /home",
	`{ rm -rf /home; }`, `trap 'rm -rf /home' EXIT`, `echo "$(rm -rf /home)"`, `diff <(rm -rf /home) x`, `echo x > >(rm -rf /home)`, `[[ -n $(rm -rf /home) ]]`, `echo $(( $(rm -rf /home) ))`, `ls 2>/dev/null >/dev/null; rm -rf /home`,
	`echo 'rm -rf /home' > x.sh; bash x.sh`, `echo 'rm -rf /home' > x.sh && chmod +x x.sh && ./x.sh`, `cat > x <<E
rm -rf /home
E
. ./x`, `set -- rm -rf /home; "$@"`, `bash -c '$0 -rf $1' rm /home`, `read -r c <<< 'rm -rf /home'; $c`, `rm -rf "${X:-/home}"`, `: ${X:=rm -rf /home}; $X`,
	`awk 'BEGIN { system("rm -rf /home") }'`, `perl -e 'system("rm -rf /home")'`, `perl -e 'exec "rm", "-rf", "/home"'`, "perl -e '`rm -rf /home`'", `perl -e 'qx{rm -rf /home}'`, `ruby -e 'system "rm -rf /home"'`, "ruby -e '`rm -rf /home`'",
	`ruby -e 'require "fileutils"; FileUtils.rm_rf("/home")'`, `python3 -c 'import os; os.system("rm -rf /home")'`, `python3 -c "import subprocess; subprocess.run(['rm','-rf','/home'])"`, `python3 -c 'import shutil; shutil.rmtree("/home")'`,
	`python3 -c "from shutil import rmtree; rmtree('/home')"`, `python3 -c "import shutil as s; s.rmtree('/ho' + 'me')"`, `python3 -c "__import__('os').system('rm -rf /home')"`, `python3 -c "import os,base64; os.system(base64.b64decode('cm0gLXJmIC9ob21l').decode())"`,
	`python3 -c "exec('import shutil\nshutil.rmtree(\"/home\")')"`, "python3 <<E\nimport shutil\nshutil.rmtree('/home')\nE", `echo "import shutil; shutil.rmtree('/home')" | python3`, `node -e "require('fs').rmSync('/home',{recursive:true,force:true})"`,
	`node -e "require('child_process').execSync('rm -rf /home')"`, `node -e "const {spawn}=require('child_process'); spawn('rm',['-rf','/home'])"`, `php -r 'shell_exec("rm -rf /home");'`, `lua -e 'os.execute("rm -rf /home")'`,
	`vim -c ':!rm -rf /home'`, `git -c alias.x='!rm -rf /home' x`, `git -c core.pager='rm -rf /home' log`, `tar cf x --checkpoint=1 --checkpoint-action=exec='rm -rf /home' y`, `ssh localhost rm -rf /home`, `GIT_PAGER='rm -rf /home' git log`,
	"make -f - <<E\nall:\n\trm -rf /home\nE", `sed '1e rm -rf /home' x`, `PAGER='rm -rf /home' man ls`, `socat - EXEC:'rm -rf /home'`, `coproc rm -rf /home`, `npx rimraf /home`, `docker exec c rm -rf /home`,
}

// TestSpellings holds the package's promise: how a command is spelt does not matter.
func TestSpellings(t *testing.T) {
	t.Parallel()
	for _, command := range spellings {
		s := shell.Analyze(command, environment())
		if !s.Traits.Has(shell.MassDelete) {
			t.Errorf("%q: traits %v, programs %v, reasons %v", command, s.Traits.Names(), s.Programs(), s.Reasons)
		}
		if s.Traits.Has(shell.Unparsed) {
			t.Errorf("%q is not understood: %v", command, s.Reasons)
		}
	}
	t.Logf("%d spellings of one command are seen through", len(spellings))
}

// mentions speak of commands and run none of them.
var mentions = []string{
	`grep -rn "rm -rf /home" docs`, `git commit -m 'rm -rf /home is gone'`, `echo rm -rf /home`, `echo "rm -rf /home" > notes.txt`, "cat > notes.md <<'E'\nrm -rf /home\nE", `printf '%s\n' 'rm -rf /home'`, `sed -i 's/rm -rf \/home/true/' x.sh`,
	`awk '/rm -rf/ {print}' log`, `python3 -c 'print("rm -rf /home")'`, `node -e 'console.log("rm -rf /home")'`, `jq '.cmd == "rm -rf /home"' x.json`, `test "$x" = "rm -rf /home"`, `[[ $x == "rm -rf /home" ]]`, `man rm`, `which rm`, `type rm`,
	`X='rm -rf /home'`, `X='rm -rf /home'; echo "$X"`, `export X='rm -rf /home'`, `gh issue create --title 'rm -rf /home' --body 'sudo reboot'`, `f() { rm -rf /home; }`, `alias x='rm -rf /home'`, `# rm -rf /home`, `ls # rm -rf /home`, `curl -s https://example.com/?q=rm+-rf+/home`,
	`psql -c "select 'drop table users'"`, `git log --grep='rm -rf'`, `rg 'rm -rf' -g '*.sh'`, `find . -name 'rm*'`, `tee notes <<< 'rm -rf /home'`, `wc -l <<< 'rm -rf /home'`, `npm run format -- --confirm yes`, `cat term notes.txt`, `git commit -m 'remove the farm -rfc'`,
	`docker build -t rm .`, `make rm`, `kubectl logs rm`, `tmux ls`, `ssh-keygen -lf x.pub`, `history | grep 'rm -rf'`,
}

// TestMentions holds the other half: data is not execution.
func TestMentions(t *testing.T) {
	t.Parallel()
	for _, command := range mentions {
		s := shell.Analyze(command, environment())
		if s.Traits&^shell.InlineCode != 0 {
			t.Errorf("%q: traits %v, reasons %v", command, s.Traits.Names(), s.Reasons)
		}
		for _, c := range s.Commands {
			if len(c.Deletes) > 0 || c.Program == "rm" {
				t.Errorf("%q: deletes %v", command, c.Deletes)
			}
		}
	}
}
