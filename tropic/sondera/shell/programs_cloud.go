package shell

import "strings"

// cloudPrograms manage remote resources.
func cloudPrograms() {
	register("aws", ":profile= :region= :output= :query= :recursive :force :endpoint-url= :secret-id= :name= :names= :with-decryption :body= :cli-input-json= :delete :exclude= :include= :dryrun :acl= :key= :bucket= :skip-final-snapshot :instance-ids= :with= :payload=", awsCLI)
	registerLeading("gcloud gsutil bq az doctl linode-cli hcloud ibmcloud oci heroku fly flyctl railway scw vultr-cli eksctl cdk sam serverless sls amplify copilot kops pulumi", "q:quiet y:yes f r R g: n: m :project= :force", func(c *call) {
		c.does(OpFetch)
		text := " " + join(c.args).text + " "
		if strings.Contains(text, " add-iam-policy-binding ") || strings.Contains(text, " role assignment create ") {
			c.mark(AccountChange)
		}
		for _, verb := range []string{" delete ", " destroy ", " rm ", " rb ", " purge ", " terminate ", " apps:destroy ", " remove ", " down "} {
			if strings.Contains(text, verb) && !strings.Contains(text, " --dry-run") {
				c.mark(CloudDestroy)
			}
		}
		for _, secret := range []string{" print-access-token", " get-access-token", " versions access ", " keyvault secret show", " print-identity-token", " secrets get", " secret get"} {
			if strings.Contains(text, secret) {
				c.reads(literal("~/.config/gcloud/credentials.db"))
				c.out = unknown(sensitive)
			}
		}
		if c.command.Program == "gsutil" && (strings.Contains(text, " cp ") || strings.Contains(text, " rsync ") || strings.Contains(text, " mv ")) {
			c.bucketCopy(c.operands[min(1, len(c.operands)):], "gs://")
		}
		if strings.Contains(text, " upload") && (strings.Contains(text, " -f ") || strings.Contains(text, " --file ") || strings.Contains(text, " --source ") || strings.Contains(text, " -s ")) {
			c.does(OpUpload)
			c.mark(Upload)
		}
		if strings.Contains(text, " compute ssh ") || strings.Contains(text, " ssh ") {
			c.does(OpConnect)
		}
		if c.out.text == "" {
			c.out = unknown(0)
		}
	})
	registerSingle("terraform tofu terragrunt packer", "var= var-file= target= auto-approve chdir= out= destroy input= lock= backend-config= replace= state= no-color json force", func(c *call) {
		c.does(OpExecute)
		verb := c.operand(0).text
		all := join(c.args).text
		asks := !strings.Contains(all, "auto-approve") && !strings.Contains(all, "non-interactive") // the program asks the person itself
		switch {
		case verb == "destroy" && !asks, (verb == "apply" || verb == "run-all") && strings.Contains(all, "destroy") && !asks:
			c.mark(CloudDestroy)
		case verb == "state" && (c.operand(1).text == "rm" || c.operand(1).text == "push"), verb == "workspace" && c.operand(1).text == "delete", verb == "force-unlock", verb == "taint":
			c.mark(CloudDestroy)
		}
		c.out = unknown(0)
	})
	register("ansible ansible-playbook ansible-galaxy salt puppet chef-client fab nomad consul vault", "i: m: a: b become e: u: k K", func(c *call) {
		c.does(OpExecute | OpConnect)
		if c.has("-b") {
			c.does(OpElevate)
		}
		if m, ok := c.value("-m"); ok && (m.text == "shell" || m.text == "command" || m.text == "raw") {
			if a, ok := c.value("-a"); ok {
				c.elsewhere(func() { c.runsText(a, nil) })
			}
		}
		if c.command.Program == "vault" && (c.operand(0).text == "read" || c.operand(0).text == "kv" && c.operand(1).text == "get") {
			c.reads(literal("~/.vault-token"))
			c.out = unknown(sensitive)
			return
		}
		if c.command.Program == "consul" && c.operand(0).text == "kv" && c.operand(1).text == "delete" {
			c.mark(DestructiveSQL)
		}
		c.out = unknown(0)
	})
	register("sops ansible-vault", "d:decrypt e:encrypt i:in-place :output= :vault-password-file= :ask-vault-pass", func(c *call) {
		verb := c.operand(0).text
		if c.has("--decrypt") || verb == "decrypt" || verb == "view" || verb == "exec-env" || verb == "edit" {
			c.reads(literal("~/.config/sops/age/keys.txt"))
			c.out = unknown(sensitive)
			return
		}
		c.does(OpExecute)
	})
	register("ec2-metadata ec2metadata cloud-init", "a:all", func(c *call) {
		c.does(OpFetch)
		if c.command.Program != "cloud-init" || c.operand(0).text == "query" {
			c.contacts(literal("169.254.169.254"), 80)
		}
	})
	register("rabbitmqctl kafka-topics.sh kafka-topics", ":bootstrap-server= :delete :topic= n:", func(c *call) {
		c.does(OpConnect)
		if c.has("--delete") || c.operand(0).text == "reset" || c.operand(0).text == "delete_vhost" || c.operand(0).text == "delete_queue" {
			c.mark(DestructiveSQL)
		}
	})
}
