package shell

import "strings"

// textPrograms read files or standard input and write text.
func textPrograms() {
	register("cat tac nl less more most bat batcat zcat bzcat xzcat zstdcat lz4cat gzcat zless zmore view vcat ccat lolcat", "n A b E s T v u l:language= p:plain :paging= :style= :theme= r:line-range=", readAll)
	register("head", "n:lines= c:bytes= f:follow F q:quiet v:verbose s:sleep-interval= :pid= z", func(c *call) {
		readAll(c)
		c.out.taint &^= endless
	})
	register("tail", "n:lines= c:bytes= f:follow F q:quiet v:verbose s:sleep-interval= :pid= z", readAll)
	register("sort", ":compress-program= r n u k:key= t:field-separator= o:output= h b f g M R V c C m s z S:buffer-size= T:temporary-directory= :parallel= :files0-from=", func(c *call) {
		for _, code := range c.values("--compress-program") {
			c.runsText(code, nil)
		}
		for _, f := range c.values("--files0-from") {
			c.reads(f)
		}
		readAll(c)
		if w, ok := c.value("--output"); ok {
			content := c.out
			c.out = data{}
			c.writes(w, content)
		}
	})
	register("uniq", "c d D u i f:skip-fields= s:skip-chars= w:check-chars= z", func(c *call) {
		c.out = c.reads(first(c.operands)...)
		if len(c.operands) > 1 {
			content := c.out
			c.out = data{}
			c.writes(c.operand(1), content)
		} else if len(c.operands) == 0 {
			c.out = c.input()
		}
	})
	register("cut", "d:delimiter= f:fields= c:characters= b:bytes= s z n :output-delimiter= :complement", transformAll)
	register("paste", "d:delimiters= s z", transformAll)
	register("join", "t= 1= 2= j= a= v= o= e= i :header :check-order", transformAll)
	register("column", "s:separator= t:table o= c= N= x e n R= H= J", transformAll)
	register("fold fmt", "w:width= b s u t c p= g=", transformAll)
	register("pr", "l:length= w:width= W= o:indent= h:header= N= a m t T d f n? s? e? i? :columns=", transformAll)
	register("expand unexpand", "t:tabs= i a", transformAll)
	register("iconv recode", "f:from-code= t:to-code= o:output= c s l", transformAll)
	register("comm dos2unix unix2dos nroff", "1 2 3 z n o", transformAll)
	register("split csplit", "b:bytes= l:lines= n:number= C: a:suffix-length= d x f:prefix= k s z :additional-suffix= :filter=", func(c *call) {
		c.out = c.reads(orInput(first(c.operands))...).transformed(0)
		if code, ok := c.value("--filter"); ok {
			c.runsText(code, nil)
			return
		}
		if prefix := c.operand(1); prefix.text != "" && c.command.Program == "split" {
			prefix.text += Unknown
			prefix.holes = true
			c.writes(prefix, c.out)
		}
		c.out = data{}
	})
	register("groff pandoc", "o:output= f:from= t:to= T= m= s :standalone :template= :metadata= V= :pdf-engine=", transformAll)
	register("file", "f:files-from= b i L z k h s r", func(c *call) {
		if f, ok := c.value("--files-from"); ok {
			c.reads(f)
		}
		readAll(c)
		c.out = unknown(0)
	})
	register("wc stat cksum sum md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum xxhsum xxh64sum sha3sum shasum crc32 md5 cloc tokei scc identify ffprobe exiftool mediainfo", `c:check= l w m L b s a:algorithm=
		f:format= i k z r t p h d u v q :printf= :by-file :include-lang= :exclude-dir=`, func(c *call) {
		readAll(c)
		c.out = unknown(0)
	})
	register("diff cmp sdiff colordiff vimdiff icdiff delta wdiff", "u:unified? r:recursive q:brief y w b B i N a c:context? s x:exclude= I= U= C= l n= W= :color? :strip-trailing-cr", transformAll)
	register("strings hexdump hd od", "n:bytes= a t:radix= e= A= j= N= w? C c b x v s=", transformAll)
	register("jq yq gojq dasel fx gron xq tomlq htmlq xmllint xmlstarlet pup", "r c s n e S M C a j :arg= :argjson= :slurpfile= :rawfile= f:from-file= i p:input-format= o:output-format= P I:indent= :tab :xpath= :format :noout", firstIsProgram)
	register("grep egrep fgrep zgrep rg ag ack ripgrep ugrep pcregrep pcre2grep", `e:regexp= f:file= i v n c l:files-with-matches L o q s h H w x r:recursive R E F P z a
		A:after-context= B:before-context= C:context= m:max-count= d= D= t:type= T:type-not= g:glob= j:threads= u S U :include= :exclude= :exclude-dir= :color? :colour? :hidden :no-ignore :files :ignore-file= :json :stats :pcre2`, grep)
	registerSingle("look", "", transformAll)
	register("sed gsed", "n:quiet e:expression= f:file= i:in-place? E r s u z :posix :debug :sandbox", sed)
	register("awk gawk mawk nawk", "F:field-separator= v:assign= f:file= i:include= l:load= e:source= E:exec= b c d? D? n o? p? P r s S t :sandbox", awk)
	register("tr", "d s c C t", func(c *call) { c.out = c.input().transformed(decoded) })
	register("rev", "", func(c *call) {
		d := c.reads(orInput(c.operands)...)
		c.out = d.transformed(decoded)
		if !d.holes {
			c.out = data{text: reversed(d.text), taint: d.taint | decoded, from: d.from}
		}
	})
	register("tee", "a:append i p", func(c *call) {
		c.out = c.input()
		for _, w := range c.operands {
			if c.has("--append") {
				c.appends(w, c.input())
			} else {
				c.writes(w, c.input())
			}
		}
	})
	register("sponge", "a", func(c *call) {
		for _, w := range c.operands {
			c.writes(w, c.input())
		}
	})
	register("base64 base32 gbase64 basenc", "d:decode D i:ignore-garbage w:wrap= :base64 :base32 :base16", func(c *call) { decoder(c, c.has("--decode", "-D")) })
	register("xxd", "r:revert p:plain ps c= g= l= s= b u i E a e o=", func(c *call) { decoder(c, c.has("--revert")) })
	register("uudecode uuencode", "o:output= m r e", func(c *call) {
		d := c.reads(orInput(first(c.operands))...)
		c.out = d.transformed(decoded)
		if o, ok := c.value("--output"); ok {
			content := c.out
			c.out = data{}
			c.writes(o, content)
		}
	})
	register("gunzip bunzip2 unxz unlzma unzstd uncompress", "c:stdout k:keep f d t v q", func(c *call) {
		if c.has("--stdout") || len(c.operands) == 0 {
			c.out = c.reads(orInput(c.operands)...).transformed(decoded)
			return
		}
		c.reads(c.operands...)
		c.does(OpWrite)
	})
	register("gzip bzip2 xz zstd lz4 lzma compress pigz pbzip2 brotli", "c:stdout d:decompress k:keep f:force r:recursive t l v q 1 2 3 4 5 6 7 8 9 o= T= S=", func(c *call) {
		d := c.reads(orInput(c.operands)...)
		if c.has("--stdout") || len(c.operands) == 0 {
			mark := taint(0)
			if c.has("--decompress") {
				mark = decoded
			}
			c.out = d.transformed(mark)
			return
		}
		c.does(OpWrite)
	})
	register("shuf", "n= e i= r o= z", transformAll)
	register("envsubst", "v", func(c *call) { c.out = c.input().transformed(0) })
	register("pbcopy xclip xsel clip wl-copy", "selection= i b o sel=", func(c *call) { c.out = unknown(0) })
	register("numfmt bc dc factor expr units qalc", "l q s i :to= :from= :suffix= e= f=", func(c *call) { c.out = unknown(0) })
	register("csvcut csvgrep csvstat csvsort csvjoin csvlook csvjson in2csv csvformat csvsql mlr xsv qsv datamash visidata miller", "c= m= r= n d= t= :query= :db= :icsv :ojson :opprint :csv", func(c *call) {
		c.out = unknown(0)
		for _, w := range c.operands {
			if strings.ContainsAny(w.text, "./") && !strings.ContainsAny(w.text, " ") {
				c.out = c.out.plus(c.reads(w))
			}
		}
		c.does(OpRead)
	})
}

func first(words []data) []data { return words[:min(1, len(words))] }

func orInput(words []data) []data {
	if len(words) == 0 {
		return []data{literal("-")}
	}
	return words
}

// readAll writes what it reads.
func readAll(c *call) { c.out = c.reads(orInput(c.operands)...) }

// transformAll writes something made of what it reads.
func transformAll(c *call) {
	c.out = c.reads(orInput(c.operands)...).transformed(0)
	if w, ok := c.value("--output"); ok {
		c.writes(w, c.out)
		c.out = data{}
	}
}

// firstIsProgram is for filters whose first operand says what to do.
func firstIsProgram(c *call) {
	files := c.operands
	if f, ok := c.value("--from-file"); ok {
		c.reads(f)
	} else if len(files) > 0 {
		files = files[1:]
	}
	if c.command.Program == "xmllint" || c.command.Program == "xmlstarlet" {
		files = c.operands
	}
	c.out = c.reads(orInput(files)...).transformed(0)
	for _, w := range c.values("--slurpfile", "--rawfile") {
		_ = w // NAME FILE: the file is an operand
	}
}

func grep(c *call) {
	files := c.operands
	if !c.has("--regexp", "--file", "--files") && len(files) > 0 {
		files = files[1:]
	}
	for _, f := range c.values("--file") {
		c.reads(f)
	}
	recursive := c.has("--recursive", "-R") || strings.HasPrefix(c.command.Program, "r") || c.command.Program == "ag" || c.command.Program == "ack"
	if len(files) == 0 && (recursive && c.io.stdin == nil) {
		c.lists(literal("."))
		c.out = unknown(0)
		return
	}
	c.out = c.reads(orInput(files)...).transformed(0)
	if len(files) == 0 {
		c.out = c.input().transformed(0)
	}
	c.out.taint &^= processes // some of them
}
