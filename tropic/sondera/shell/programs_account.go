package shell

import "strings"

// accountPrograms change users, groups and passwords.
func accountPrograms() {
	register("useradd adduser userdel deluser usermod groupadd addgroup groupdel delgroup groupmod gpasswd chpasswd newusers chage chfn chsh vipw vigr pwconv pwunconv dscl sysadminctl realm samba-tool smbpasswd pdbedit", `m d: s: G: g: u: p: aG: a r c: e: f: k: L U M D R: o N h :disabled-password :gecos= :ingroup= :shell= :system :home= :uid=`, func(c *call) {
		c.mark(AccountChange)
		c.does(OpElevate)
	})
	register("passwd", "d l u e S a i: n: w: x: stdin r:", func(c *call) {
		if c.has("-S") {
			c.does(OpRead)
			return
		}
		c.mark(AccountChange)
		c.does(OpElevate)
	})
	register("visudo", "c f= s q", func(c *call) {
		if c.has("-c") && !c.has("-f") {
			c.does(OpRead)
			return
		}
		c.mark(AccountChange)
		c.does(OpElevate)
	})
	register("update-alternatives dpkg-divert dpkg-statoverride", "", func(c *call) {
		if t := join(c.args).text; strings.Contains(t, "--list") || strings.Contains(t, "--display") || strings.Contains(t, "--query") {
			c.does(OpRead)
			return
		}
		c.mark(Privilege)
	})
	register("gpg gpg2", `e:encrypt d:decrypt s:sign b:detach-sign c:symmetric a:armor r:recipient= u:local-user= o:output= k:list-keys K:list-secret-keys :export :export-secret-keys :export-secret-subkeys :import :verify :batch :yes q v
		:passphrase= :passphrase-fd= :passphrase-file= :keyserver= :recv-keys= :homedir= :gen-key :full-generate-key :clearsign :dearmor :delete-key :delete-secret-keys`, func(c *call) {
		switch {
		case c.has("--export-secret-keys", "--export-secret-subkeys"):
			c.reads(literal("~/.gnupg/private-keys-v1.d"))
			c.out = unknown(sensitive)
		case c.has("--decrypt"):
			c.out = c.reads(orInput(c.operands)...).transformed(decoded)
		case c.has("--delete-secret-keys"):
			c.deletes(literal("~/.gnupg/private-keys-v1.d"))
		case c.has("--list-keys", "--list-secret-keys", "--import", "--recv-keys", "--gen-key", "--full-generate-key"):
			c.out = unknown(0)
			c.reads(c.operands...)
		default:
			c.out = c.reads(orInput(c.operands)...).transformed(0)
		}
		if o, ok := c.value("--output"); ok {
			content := c.out
			c.out = data{}
			c.writes(o, content)
		}
	})
	register("security pass gopass keyctl secret-tool kwallet-query bw lpass keepassxc-cli chezmoi", "w s: a: g l: c", func(c *call) {
		switch c.operand(0).text {
		case "find-generic-password", "find-internet-password", "dump-keychain", "export", "lookup", "search", "get", "list", "show", "read", "print", "item":
			c.reads(literal("~/.local/share/keyrings/login.keyring"))
			c.out = unknown(sensitive)
		default:
			if c.command.Program == "pass" && len(c.operands) > 0 {
				c.reads(literal("~/.password-store"))
				c.out = unknown(sensitive)
				return
			}
			c.does(OpAccess)
		}
	})
}
