package shell

import "strings"

// buildPrograms build, test and format; what they run is the project's own.
func buildPrograms() {
	register("rake invoke", "f: T t q s", func(c *call) {
		c.does(OpExecute)
		c.losesData()
	})
	register("make gmake ninja just task mage", "f:file= C:directory= j:jobs? k n:dry-run B s i e w :eval= o= W= l?", func(c *call) {
		c.does(OpExecute)
		if f, ok := c.value("--file"); ok {
			if f.text == "-" || f.text == "/dev/stdin" {
				c.recipes(c.input())
			} else {
				p := c.in.path(f)
				c.command.Executes = append(c.command.Executes, p)
				if d, ours := c.in.files[p.Text]; ours {
					c.recipes(d)
				}
			}
		} else if d, ours := c.in.files[c.in.resolve("Makefile", false).Text]; ours {
			c.recipes(d)
		}
		for _, e := range c.values("--eval") {
			c.recipes(e)
		}
		for _, w := range c.operands {
			if program, ok := strings.CutPrefix(w.text, "SHELL="); ok && !isShell(program) {
				c.mark(Dynamic | Obfuscated)
			}
		}
	})
	build := `cmake ctest cpack meson bazel buck scons autoconf automake autoreconf libtool configure gcc g++ cc c++ clang clang++ ld as ar ranlib strip nasm yasm rustc gofmt goimports
 golangci-lint staticcheck go cargo rustup rustfmt mvn mvnw gradle gradlew sbt ant lein dotnet msbuild nuget swift swiftc xcodebuild zig ghc stack cabal opam dune mix rebar3 tsc eslint prettier biome jest vitest mocha
 webpack vite rollup esbuild parcel turbo nx lerna next nuxt astro ng vue-cli-service react-scripts pytest tox nox mypy pyright ruff black isort flake8 pylint bandit coverage pre-commit sphinx-build mkdocs hugo jekyll
 rspec rubocop phpunit phpstan composer-run artisan shellcheck shfmt hadolint yamllint markdownlint markdownlint-cli2 ansible-lint tflint checkov trivy grype syft semgrep gosec govulncheck protoc buf flutter dart
 playwright cypress storybook nodemon concurrently cross-env dotenv-cli wrangler vercel netlify firebase jupyter streamlit uvicorn gunicorn flask django-admin celery rails puma sidekiq air wasm-pack emcc latexmk pdflatex xelatex
 convert magick ffmpeg sox gs inkscape dot gnuplot blender tesseract wkhtmltopdf chromium google-chrome chrome firefox xdg-open open claude codex aider ollama`
	register(build, "o:output= C= c I= L= D= l= f= p= v j? :manifest-path= :target=", func(c *call) {
		c.does(OpExecute)
		if c.command.Program == "cmake" && len(c.args) > 2 && c.args[0].text == "-E" {
			c.cmakeTool(c.args[1].text, c.args[2:])
			return
		}
		c.buildRuns()
		c.losesData()
		for _, f := range c.flags {
			if f.has && strings.Contains(f.value.text, "://") {
				c.contacts(f.value, 0)
			}
		}
		for i, w := range c.operands {
			if i == 0 && c.command.Program != "open" && c.command.Program != "xdg-open" {
				continue
			}
			if strings.Contains(w.text, "://") {
				c.contacts(w, 0)
			} else {
				c.readsIfSensitive(w)
			}
		}
		c.out = unknown(0)
	})
}

// buildRuns follows what build tools install or run for others.
func (c *call) buildRuns() {
	verb := c.operand(0).text
	switch c.command.Program {
	case "go":
		switch verb {
		case "env":
			if t := join(c.args).text; strings.Contains(t, "-w ") && (strings.Contains(t, "GOPROXY") || strings.Contains(t, "SUMDB") || strings.Contains(t, "GOFLAGS") || strings.Contains(t, "GOINSECURE")) {
				c.mark(UntrustedRepository)
			}
		case "install", "get":
			c.does(OpInstall)
			c.command.Packages = append(c.command.Packages, texts(c.rest(1))...)
		case "run":
			c.does(OpExecute)
		}
	case "cargo":
		if verb == "install" || verb == "add" {
			c.does(OpInstall)
			c.command.Packages = append(c.command.Packages, texts(c.rest(1))...)
			if c.has("--git") {
				c.mark(PackageFromGit)
			}
		}
		if verb == "publish" || verb == "login" {
			c.does(OpUpload)
			c.mark(Upload)
		}
	case "chromium", "google-chrome", "chrome", "firefox", "open", "xdg-open":
		c.does(OpFetch)
	case "dotnet", "gem":
		if verb == "nuget" && c.operand(1).text == "push" {
			c.does(OpUpload)
			c.mark(Upload)
		}
	}
}

// cmakeTool is cmake -E: file tools of its own.
func (c *call) cmakeTool(verb string, args []data) {
	switch verb {
	case "rm", "remove":
		c.runs(append([]data{literal("rm")}, args...))
	case "remove_directory":
		c.runs(append([]data{literal("rm"), literal("-rf")}, args...))
	case "copy", "copy_directory":
		c.runs(append([]data{literal("cp"), literal("-r")}, args...))
	case "env", "time":
		c.runs(append([]data{literal("env")}, args...))
	}
}

// losesData marks the tasks of frameworks that drop or empty a database.
func (c *call) losesData() {
	text := " " + join(c.args).text + " "
	for _, task := range []string{" db:drop", " db:wipe", " migrate:fresh", " migrate:reset", " schema:drop", " database:drop", " db:purge", " migrate reset ", " db push --force-reset", " flush --no", " sqlflush", " reset_db"} {
		if strings.Contains(text, task) {
			c.mark(DestructiveSQL)
		}
	}
}

// recipes runs the recipe lines of a makefile: those that begin with a tab, and $(shell …).
func (c *call) recipes(d data) {
	if d.wholly() {
		if d.taint&fetched != 0 {
			c.mark(RemoteCode)
		} else if d.text != "" {
			c.mark(Dynamic)
		}
		return
	}
	for _, line := range strings.Split(d.text, "\n") {
		if i := strings.Index(line, "$(shell "); i >= 0 {
			body, _ := bracketed(line[i+1:])
			c.runsText(d.part(strings.TrimPrefix(body, "shell ")), nil)
		}
		recipe, ok := strings.CutPrefix(line, "\t")
		if !ok {
			if _, after, semi := strings.Cut(line, ";"); semi && strings.Contains(line, ":") {
				recipe, ok = after, true
			}
		}
		if ok {
			c.runsText(d.part(strings.ReplaceAll(strings.TrimLeft(recipe, "@-+ "), "$$", "$")), nil)
		}
	}
}
