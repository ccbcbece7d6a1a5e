#!/bin/sh
# pass.sh COMMAND...: a store of pass with what is in the file secret, opened by a key without a passphrase, and a
# command that may ask it: what it says is in the files said and stderr, its exit code in code.
set -e
export HOME="$PWD/home" GNUPGHOME="$PWD/home/.gnupg" PASSWORD_STORE_DIR="$PWD/home/store"
mkdir -m 700 "$HOME" "$GNUPGHOME"
gpg --batch --quiet --passphrase '' --quick-generate-key probe@pop3.test future-default default never
pass init probe@pop3.test
pass insert --multiline mail/probe <secret
rm secret
code=0
"$@" >said 2>stderr </dev/null || code=$?
echo "$code" >code
