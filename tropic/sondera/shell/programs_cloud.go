package shell

import "strings"

// cloudPrograms manage remote resources.
func cloudPrograms() {
	register("aws", ":profile= :region= :output= :query= :recursive :force :endpoint-url= :secret-id= :name= :names= :with-decryption :body= :cli-input-json= :delete :exclude= :include= :dryrun :acl= :key= :bucket= :skip-final-snapshot :instance-ids= :with= :payload=", awsCLI)
	registerLeading("gcloud gsutil bq az doctl linode-cli hcloud ibmcloud oci heroku fly flyctl railway scw vultr-cli eksctl cdk sam serverless sls amplify copilot kops pulumi", "q:quiet y:yes f r R g: n: m :project= :force", func(c *call) {
		c.does(OpFetch)
		text := " " + join(c.args).text + " "
		for _, verb := range []string{" delete ", " destroy ", " rm ", " rb ", " purge ", " terminate ", " apps:destroy ", " remove ", " down "} {
			if strings.Contains(text, verb) && !strings.Contains(text, " --dry-run") {
				c.mark(CloudDestroy)
			}
		}
		for _, secret := range []string{" print-access-token", " get-access-token", " versions access ", " keyvault secret show", " print-identity-token", " secrets get"} {
			if strings.Contains(text, secret) {
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
			c.out = unknown(sensitive)
			return
		}
		c.out = unknown(0)
	})
}
