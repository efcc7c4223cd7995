package shell

import (
	"path"
	"strconv"
	"strings"
)

// networkPrograms fetch from and send to other hosts.
func networkPrograms() {
	register("curl", `d:data= :data-raw= :data-binary= :data-urlencode= :data-ascii= :json= F:form= :form-string= T:upload-file= X:request= o:output= O:remote-name
		J:remote-header-name H:header= A:user-agent= b:cookie= c:cookie-jar= u:user= x:proxy= e:referer= L:location s:silent S:show-error f:fail k:insecure
		i:include I:head v:verbose G:get K:config= w:write-out= m:max-time= E:cert= :key= :cacert= :connect-timeout= :retry= :retry-delay= :max-redirs= :url= :resolve=
		:output-dir= :create-dirs :compressed r:range= C:continue-at= Q:quote= :unix-socket= :interface= :proxy-user= :oauth2-bearer= :aws-sigv4= :limit-rate= P:ftp-port=
		t:telnet-option= U= Y= y= z:time-cond= D:dump-header= :socks5= :socks5-hostname= :doh-url= :dns-servers= N:no-buffer n:netrc :netrc-file= :path-as-is g:globoff :parallel Z
		1 2 3 4:ipv4 6:ipv6 0 # :http1.1 :http2 :tlsv1.2 :tlsv1.3 :ciphers= :data-urlencode= :request-target= :stderr= :trace= :trace-ascii= :variable= :expand-url= :mail-from= :mail-rcpt=`, curl)
	register("wget wget2", `O:output-document= P:directory-prefix= q:quiet c:continue r:recursive l:level= np nc N nd nH m:mirror k p E U:user-agent= i:input-file= o:output-file= a:append-output= b:background
		T:timeout= t:tries= v:verbose S e:execute= :post-data= :post-file= :body-data= :body-file= :method= :header= :user= :password= :no-check-certificate :spider :limit-rate= :show-progress :no-verbose
		n: x: A:accept= R:reject= D:domains= Q: w:wait= :load-cookies= :content-disposition :use-askpass= 4 6`, wget)
	register("http https xh xhs httpie", "f:form j:json o:output= d:download b:body h:headers v:verbose a:auth= A: p:print= s:style= F:follow I m:multipart :raw= :verify= :session= :timeout=", httpie)
	register("aria2c axel fetch lftpget youtube-dl yt-dlp gallery-dl", "o:out= d:dir= x:max-connection-per-server= s:split= j: i:input-file= c:continue q:quiet n: a f:format= :output= P: :extract-audio :audio-format=", func(c *call) {
		for _, w := range c.operands {
			c.contacts(w, 0)
		}
		c.does(OpFetch | OpDownload | OpWrite)
		if w, ok := c.value("--out", "--output"); ok {
			c.writes(w, unknown(fetched))
		}
	})
	register("lynx w3m links elinks", "dump source -dump", fetchOnly)
	register("nc ncat netcat nc.traditional nc.openbsd", "e:exec= c:sh-exec= l:listen p:source-port= v:verbose n:nodns z u:udp w:wait= k:keep-open q= s:source= i:idle-timeout= X= x= o:output= :ssl :send-only :recv-only N 4 6 C b d t U:unixsock= lua-exec= :lua-exec= :allow= :proxy=", netcat)
	register("socat", "d u U v x b= t= T= L= lf= ly", socat)
	register("telnet", "l= e= a 8 E K d", func(c *call) {
		c.connects(c.operand(0), c.operand(1), 23)
		c.pumps()
	})
	register("openssl", "", openssl)
	programs["openssl"].flags.single = true
	register("ping ping6 traceroute tracepath mtr fping arping nping hping3 whois arp", "c:count= i:interval= W:timeout= w:deadline= s:size= p:pattern= I= t= n q r 4 6 m= f", func(c *call) {
		if p, ok := c.value("--pattern"); ok && p.taint != 0 {
			c.mark(DNSExfiltration)
		}
		c.does(OpConnect)
		for _, w := range c.operands {
			c.looksUp(w)
			c.contacts(w, 0)
		}
		c.out = unknown(0)
	})
	register("dig nslookup host drill kdig resolvectl dog doggo getent", "t:type= q: x= p= f= 4 6 a v l :short", func(c *call) {
		c.out = unknown(0)
		for _, w := range c.operands {
			c.looksUp(w)
		}
		if f, ok := c.value("-f"); ok {
			d := c.reads(f)
			if d.taint&sensitive != 0 {
				c.mark(DNSExfiltration)
			}
		}
		if c.command.Program != "getent" {
			c.does(OpConnect)
		} else if len(c.operands) > 0 && (c.operand(0).text == "passwd" || c.operand(0).text == "shadow") {
			c.reads(literal("/etc/" + c.operand(0).text))
		}
	})
	register("nmap masscan zmap rustscan nikto sqlmap hydra medusa gobuster dirb ffuf wfuzz", "p:ports= iL= oN= A sV sS T= F v n P Pn O", func(c *call) {
		c.does(OpConnect)
		for _, w := range c.operands {
			c.contacts(w, 0)
		}
	})
	register("ngrok cloudflared localtunnel lt bore frpc frps chisel gost localxpose tailscale pagekite serveo inlets zrok pinggy wstunnel iodine dnscat dnscat2 dns2tcp ptunnel hans stunnel redsocks sshuttle tor", "", func(c *call) {
		if len(c.args) > 0 && strings.Contains("version status help --version list logs whoami ip", c.args[0].text) {
			c.does(OpRead)
			return
		}
		c.mark(Tunnel)
		if strings.HasPrefix(c.command.Program, "dns") || c.command.Program == "iodine" {
			c.mark(DNSExfiltration)
		}
		c.does(OpConnect | OpSpawn)
	})
	register("tcpdump tshark dumpcap ettercap bettercap arpspoof mitmproxy wireshark", "i= w= r= n v c= s= A X", func(c *call) {
		c.does(OpConnect | OpRead)
		if w, ok := c.value("-w"); ok {
			c.writes(w, unknown(0))
		}
	})
	register("mail mailx mutt sendmail msmtp swaks s-nail ssmtp exim exim4 neomutt", "s:subject= a:attach= A:attach= c= b= r= t f= S= q= i n :to= :from= :server= :body= :attach= F=", func(c *call) {
		c.does(OpSend | OpConnect | OpUpload)
		content := c.input()
		for _, a := range c.values("--attach") {
			content = content.plus(c.reads(a))
		}
		c.sends(content)
		c.mark(Upload)
	})
	register("ftp tftp lftp ncftp ncftpput ncftpget curlftpfs", "n i v p e= c= u= f= a", func(c *call) {
		c.connects(c.operand(0), c.operand(1), 21)
		script := c.input()
		for _, s := range c.values("-e", "-c") {
			script = script.plus(s)
		}
		if strings.Contains(script.text, "put ") || c.command.Program == "ncftpput" || strings.Contains(script.text, "mirror -R") {
			c.mark(Upload)
			c.does(OpUpload)
			for _, w := range strings.Fields(script.text) {
				c.readsIfSensitive(literal(w))
			}
			c.sends(c.out)
		}
		if script.text != "" && strings.Contains(script.text, "!") {
			c.mark(Dynamic)
		}
		c.pumps()
	})
	register("python-http-server http-server serve live-server caddy miniserve darkhttpd webfsd", "p: l: d: r: a:", func(c *call) {
		c.does(OpExecute)
	})
	register("pastebinit wgetpaste termbin ix pastery", "i:input= b: f: a: t: P", func(c *call) {
		c.contacts(literal("https://pastebin.com/"), 0)
		content := c.reads(orInput(append(c.operands, c.values("--input")...))...)
		c.mark(Upload)
		c.sends(content)
	})
	register("xmrig minerd cpuminer cgminer bfgminer ethminer t-rex nbminer phoenixminer lolminer xmr-stak ccminer nanominer", "", func(c *call) {
		c.mark(CryptoMining)
		c.does(OpExecute | OpConnect)
	})
}

func fetchOnly(c *call) {
	for _, w := range c.operands {
		c.contacts(w, 0)
	}
	c.does(OpFetch)
	c.out = unknown(fetched)
}

// curl fetches each URL, and sends what its flags hold.
func curl(c *call) {
	if f, ok := c.value("--config"); ok {
		c.reads(f)
		c.mark(Dynamic)
	}
	urls := append(c.operands[:len(c.operands):len(c.operands)], c.values("--url")...)
	local := false
	for _, u := range urls {
		if strings.HasPrefix(u.text, "file:") {
			c.out = c.out.plus(c.reads(u))
			local = true
			continue
		}
		c.looksUpHost(c.contacts(u, 80), u)
	}
	if p, ok := c.value("--proxy", "--socks5", "--socks5-hostname"); ok {
		c.contacts(p, 1080)
	}
	c.does(OpFetch)
	sent, sends := c.curlBody()
	for _, u := range urls {
		sent.taint |= u.taint
	}
	for _, h := range c.values("--header", "--user-agent", "--cookie", "--user", "--referer") {
		if rest, ok := strings.CutPrefix(h.text, "@"); ok {
			sent = sent.plus(c.reads(h.part(rest)))
		}
		sent.taint |= h.taint &^ environ // a token in a header is how one logs in
	}
	method := strings.ToUpper(valueText(c, "--request"))
	if method != "" && method != "GET" && method != "HEAD" && method != "OPTIONS" || sends {
		c.sends(sent)
		if c.far() {
			c.mark(Upload)
		}
	} else if sent.taint&(sensitive|environ) != 0 && c.far() {
		c.mark(Exfiltration)
	}
	if local {
		return
	}
	c.fetches(urls)
}

func valueText(c *call, names ...string) string {
	v, _ := c.value(names...)
	return v.text
}

// curlBody reads what curl would send.
func (c *call) curlBody() (sent data, sends bool) {
	for _, f := range c.flags {
		switch f.name {
		case "--data", "--data-binary", "--data-ascii", "--json", "--data-urlencode":
			sends = sends || !c.has("--get")
			_, file, isFile := strings.Cut(f.value.text, "@")
			if isFile && (f.name == "--data-urlencode" || strings.HasPrefix(f.value.text, "@")) {
				sent = sent.plus(c.reads(f.value.part(file)))
			} else {
				sent.taint |= f.value.taint
			}
		case "--data-raw", "--form-string":
			sends = sends || !c.has("--get")
			sent.taint |= f.value.taint
		case "--form":
			sends = true
			_, value, _ := strings.Cut(f.value.text, "=")
			if strings.HasPrefix(value, "@") || strings.HasPrefix(value, "<") {
				file, _, _ := strings.Cut(value[1:], ";")
				sent = sent.plus(c.reads(f.value.part(file)))
			} else {
				sent.taint |= f.value.taint
			}
		case "--upload-file":
			sends = true
			sent = sent.plus(c.reads(f.value))
		case "--mail-rcpt":
			sends = true
			c.does(OpSend)
		}
	}
	return sent, sends
}

// far tells whether the program speaks with any host but this machine.
func (c *call) far() bool {
	for _, h := range c.command.Hosts {
		if !loopback(h) {
			return true
		}
	}
	return len(c.command.Hosts) == 0
}

// fetches writes what was fetched where curl's flags say.
func (c *call) fetches(urls []data) {
	content := unknown(fetched)
	outputs := c.values("--output")
	dir, inDir := c.value("--output-dir")
	place := func(w data) data {
		if inDir && !strings.HasPrefix(w.text, "/") {
			w.text = strings.TrimSuffix(dir.text, "/") + "/" + w.text
		}
		return w
	}
	for _, o := range outputs {
		if o.text != "-" && o.text != "/dev/null" {
			c.does(OpDownload)
		}
		c.writes(place(o), content)
	}
	if c.has("--remote-name", "--remote-name-all") {
		for _, u := range urls {
			c.does(OpDownload)
			c.writes(place(u.part(remoteName(u.text))), content)
		}
	}
	if f, ok := c.value("--dump-header", "--cookie-jar", "--trace", "--trace-ascii"); ok {
		c.writes(f, unknown(0))
	}
	if len(outputs) == 0 && !c.has("--remote-name", "--head") {
		c.out = c.out.plus(content)
	}
}

func remoteName(url string) string {
	if i := strings.IndexAny(url, "?#"); i >= 0 {
		url = url[:i]
	}
	if i := strings.Index(url, "://"); i >= 0 {
		url = url[i+3:]
	}
	if !strings.Contains(url, "/") {
		return "index.html"
	}
	if name := path.Base(url); name != "." && name != "/" && !strings.HasSuffix(url, "/") {
		return name
	}
	return "index.html"
}

func wget(c *call) {
	for _, code := range c.values("--use-askpass") {
		c.runsText(code, nil)
	}
	for _, u := range c.operands {
		c.looksUpHost(c.contacts(u, 80), u)
	}
	c.does(OpFetch)
	sent := data{}
	for _, u := range c.operands {
		sent.taint |= u.taint
	}
	for _, f := range c.values("--post-file", "--body-file") {
		sent = sent.plus(c.reads(f))
	}
	for _, d := range c.values("--post-data", "--body-data") {
		sent.taint |= d.taint
	}
	method := strings.ToUpper(valueText(c, "--method"))
	if c.has("--post-file", "--body-file", "--post-data", "--body-data") || method != "" && method != "GET" && method != "HEAD" {
		c.sends(sent)
		if c.far() {
			c.mark(Upload)
		}
	} else if sent.taint&(sensitive|environ) != 0 && c.far() {
		c.mark(Exfiltration)
	}
	if c.has("--spider") {
		return
	}
	content := unknown(fetched)
	if o, ok := c.value("--output-document"); ok {
		if o.text != "-" {
			c.does(OpDownload)
		}
		c.writes(o, content)
		return
	}
	c.does(OpDownload)
	prefix := "."
	if p, ok := c.value("--directory-prefix"); ok {
		prefix = p.text
	}
	for _, u := range c.operands {
		c.writes(u.part(prefix+"/"+remoteName(u.text)), content)
	}
}

// httpie reads METHOD URL ITEMS; an item may be a file.
func httpie(c *call) {
	words := c.operands
	method := ""
	if len(words) > 1 && words[0].text == strings.ToUpper(words[0].text) && !strings.ContainsAny(words[0].text, ".:/") {
		method, words = words[0].text, words[1:]
	}
	if len(words) == 0 {
		return
	}
	c.contacts(words[0], 80)
	c.does(OpFetch)
	sent := c.input()
	body := sent.text != ""
	for _, item := range words[1:] {
		if _, file, ok := strings.Cut(item.text, "@"); ok && !strings.HasPrefix(item.text, "http") {
			sent = sent.plus(c.reads(item.part(file)))
			body = true
		} else if strings.Contains(item.text, "=") && !strings.Contains(item.text, "==") {
			sent.taint |= item.taint
			body = true
		}
	}
	if method != "" && method != "GET" && method != "HEAD" || body {
		c.sends(sent)
		if c.far() {
			c.mark(Upload)
		}
	}
	if o, ok := c.value("--output"); ok {
		c.does(OpDownload)
		c.writes(o, unknown(fetched))
		return
	}
	c.out = unknown(fetched)
}

// connects records a raw connection.
func (c *call) connects(host, port data, usual int) {
	n, err := strconv.Atoi(port.text)
	if err != nil {
		n = usual
	}
	c.does(OpConnect)
	if host.text != "" {
		c.contacts(host, n)
	} else if n != 0 {
		c.command.Ports = append(c.command.Ports, n)
	}
}

// pumps moves standard input to the other side and the other side to standard output.
func (c *call) pumps() {
	d := c.input()
	if d.text != "" && c.far() {
		c.sends(d)
		c.mark(Upload)
	}
	if d.taint&(sensitive|environ|database) != 0 && c.far() {
		c.mark(Exfiltration)
	}
	c.out = unknown(socket)
}

func netcat(c *call) {
	if len(c.operands) == 0 && !c.has("--listen", "--unixsock", "-U") {
		return
	}
	host, port := c.operand(0), c.operand(1)
	if c.has("--listen") {
		p, ok := c.value("--source-port")
		if !ok {
			p = c.operand(len(c.operands) - 1)
		}
		c.connects(data{}, p, 0)
	} else {
		c.connects(host, port, 0)
	}
	for _, code := range c.values("--exec", "--sh-exec") {
		c.mark(ReverseShell)
		c.runsText(code, nil)
	}
	if c.has("-z") {
		c.out = unknown(0)
		return
	}
	if c.far() || c.has("--listen") {
		c.mark(RawSocket)
	}
	c.pumps()
}

// socat relays between two addresses; EXEC and SYSTEM run.
func socat(c *call) {
	if len(c.operands) == 0 {
		return
	}
	c.does(OpConnect)
	far := false
	for _, w := range c.operands {
		kind, rest, _ := strings.Cut(w.text, ":")
		switch upper := strings.ToUpper(kind); {
		case upper == "EXEC" || upper == "SYSTEM" || upper == "SHELL":
			code, _, _ := strings.Cut(rest, ",")
			c.mark(ReverseShell)
			c.runsText(w.part(code), nil)
		case strings.HasPrefix(upper, "TCP") || strings.HasPrefix(upper, "UDP") || strings.HasPrefix(upper, "OPENSSL") || strings.HasPrefix(upper, "SSL") || strings.HasPrefix(upper, "PROXY") || strings.HasPrefix(upper, "SOCKS") || strings.HasPrefix(upper, "SCTP"):
			address, _, _ := strings.Cut(rest, ",")
			if strings.Contains(upper, "LISTEN") || strings.HasSuffix(upper, "-L") {
				c.connects(data{}, w.part(address), 0)
				far = true
				continue
			}
			i := strings.LastIndexByte(address, ':')
			if i < 0 {
				i = len(address)
			}
			c.connects(w.part(address[:i]), w.part(strings.TrimPrefix(address[i:], ":")), 0)
			far = far || !loopback(address[:i])
		case strings.Contains(w.text, "/") || upper == "FILE" || upper == "OPEN" || upper == "CREATE":
			file, _, _ := strings.Cut(strings.TrimPrefix(w.text, kind+":"), ",")
			c.reads(w.part(file))
		}
	}
	c.mark(Tunnel)
	if far {
		c.mark(RawSocket)
	}
	c.pumps()
}

// openssl encodes, decodes, and speaks with servers.
func openssl(c *call) {
	switch c.operand(0).text {
	case "s_client":
		target, ok := c.value("-connect", "--connect")
		if !ok {
			target = c.operand(1)
		}
		c.connects(target, data{}, 443)
		if d := c.input(); d.text != "" && !(!d.holes && len(d.text) < 8) {
			c.mark(RawSocket)
			c.pumps()
		}
		c.out = unknown(0)
		if c.io.stdin != nil && c.io.stdin.taint&socket != 0 {
			c.mark(ReverseShell)
		}
	case "enc", "base64", "aes-256-cbc":
		d := c.input()
		for i, a := range c.args {
			if a.text == "-in" && i+1 < len(c.args) {
				d = c.reads(c.args[i+1])
			}
		}
		c.out = d.transformed(decoded)
		if text, ok := decode("base64", d.text); ok && c.has("-d") && !d.holes {
			c.out = data{text: text, taint: d.taint | decoded}
		}
		for i, a := range c.args {
			if a.text == "-out" && i+1 < len(c.args) {
				c.writes(c.args[i+1], c.out)
			}
		}
	default:
		for i, a := range c.args {
			switch {
			case i+1 >= len(c.args):
			case a.text == "-in":
				c.out = c.reads(c.args[i+1]).transformed(0)
			case a.text == "-out" || a.text == "-keyout":
				c.writes(c.args[i+1], unknown(0))
			}
		}
	}
}

// looksUp marks a name that carries data to whoever answers for its domain.
func (c *call) looksUp(w data) {
	if w.taint&(sensitive|environ) != 0 || w.holes && (w.taint != 0 || len(w.from) > 0 || strings.HasPrefix(w.text, Unknown) && strings.Count(w.text, ".") >= 2) {
		c.mark(DNSExfiltration)
	}
}

// looksUpHost marks a URL whose host carries data.
func (c *call) looksUpHost(host string, u data) {
	if strings.Contains(host, Unknown) && (u.taint&(sensitive|environ) != 0 || len(u.from) > 0) && strings.Contains(strings.Trim(host, Unknown), ".") {
		c.mark(DNSExfiltration)
	}
}
