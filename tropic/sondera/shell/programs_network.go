package shell

import "strings"

// networkPrograms fetch from and send to other hosts.
func networkPrograms() {
	register("curl", `d:data= :data-raw= :data-binary= :data-urlencode= :data-ascii= :json= F:form= :form-string= T:upload-file= X:request= o:output= O:remote-name
		J:remote-header-name H:header= A:user-agent= b:cookie= c:cookie-jar= u:user= x:proxy= e:referer= L:location s:silent S:show-error f:fail k:insecure
		i:include I:head v:verbose G:get K:config= w:write-out= m:max-time= E:cert= :key= :cacert= :connect-timeout= :retry= :retry-delay= :max-redirs= :url= :resolve=
		:output-dir= :create-dirs :compressed r:range= C:continue-at= Q:quote= :unix-socket= :interface= :proxy-user= :oauth2-bearer= :aws-sigv4= :limit-rate= P:ftp-port=
		t:telnet-option= U= Y= y= z:time-cond= D:dump-header= :socks5= :socks5-hostname= :doh-url= :dns-servers= N:no-buffer n:netrc :netrc-file= :path-as-is g:globoff :parallel Z
		1 2 3 4:ipv4 6:ipv6 0 # :http1.1 :http2 :tlsv1.2 :tlsv1.3 :ciphers= :data-urlencode= :request-target= :stderr= :trace= :trace-ascii= :variable= :url-query= :connect-to= :expand-data= :expand-url= :mail-from= :mail-rcpt=`, curl)
	register("wget wget2", `O:output-document= P:directory-prefix= q:quiet c:continue r:recursive l:level= np nc N nd nH m:mirror k p E U:user-agent= i:input-file= o:output-file= a:append-output= b:background
		T:timeout= t:tries= v:verbose S e:execute= :post-data= :post-file= :body-data= :body-file= :method= :header= :user= :password= :no-check-certificate :spider :limit-rate= :show-progress :no-verbose
		n: x: A:accept= R:reject= D:domains= Q: w:wait= :load-cookies= :content-disposition :use-askpass= 4 6`, wget)
	register("http https xh xhs httpie", "f:form j:json o:output= d:download b:body h:headers v:verbose a:auth= A: p:print= s:style= F:follow I m:multipart :raw= :verify= :session= :timeout=", httpie)
	register("aria2c axel fetch lftpget youtube-dl yt-dlp gallery-dl", "o:out= d:dir= x:max-connection-per-server= s:split= j: i:input-file= c:continue q:quiet n: a f:format= :output= P: :extract-audio :audio-format=", func(c *call) {
		for _, w := range c.operands {
			c.contacts(w, 0)
		}
		c.does(OpFetch | OpDownload | OpWrite)
		if !c.has("--out", "--output") {
			for _, w := range c.operands {
				c.writes(w.part(remoteName(w.text)), unknown(fetched))
			}
		}
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
		} else if len(c.operands) > 0 && (c.operand(0).text == "shadow" || c.operand(0).text == "gshadow") {
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
		if len(c.args) > 0 && tunnelQueries[c.args[0].text] {
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

var tunnelQueries = setOf("version status help --version list logs whoami ip")

func fetchOnly(c *call) {
	for _, w := range c.operands {
		c.contacts(w, 0)
	}
	c.does(OpFetch)
	c.out = unknown(fetched)
}
