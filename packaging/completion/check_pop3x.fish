# Completion of check_pop3x for fish. Made from the program's options: make generate

# The argument of an option: FIRST, or FIRST SEPARATOR SECOND.
function __check_pop3x_value -a word separator second
    set -l typed (commandline -ct | string replace -r -- '^(--[^=]+=|-\w)' '')
    set -l lead ''
    set -l suffix ''
    if test -n "$separator"
        if string match -q -- "*$separator*" "$typed"
            set -l both (string split -m 1 -- $separator $typed)
            set word $second
            set lead $both[1]$separator
            set typed $both[2]
        else if test $separator = '='
            set suffix '='
        end
    end
    set -l choices
    switch $word
        case FILE
            set choices (__fish_complete_path "$typed")
        case DIR
            set choices (__fish_complete_directories "$typed")
        case HOST
            set choices (__fish_print_hostnames)
        case LIST
            set lead $lead(string replace -r -- '[^,]*$' '' "$typed")
            set choices list uidl top retr noop reset all
        case FORMAT
            set choices checkmk json nagios prometheus
        case HEADER
            set choices v1 v2
        case KIND
            set choices usage dns refused unreachable proxy timeout closed tls tls-version tls-legacy tls-policy certificate ocsp crl greeting mismatch stls cleartext mechanism token ticket tls-required auth in-use login-delay temporary permanent command protocol cleartext-offered unjudged empty address credential-expiry mail-authentication clock consistency send deferred bounce probes interrupted internal
        case MECHANISM
            set choices auto user apop plain login scram-sha-256-plus scram-sha-1-plus scram-sha-256 scram-sha-1 cram-md5 external ntlm gssapi oauthbearer xoauth2
        case PHASE
            set choices srv resolve tlsa connect proxy tls crl greeting capa stls token ticket login stat list uidl top retr noop reset send delete quit
        case PROPERTY
            set choices fs aead pq
        case STATE
            set choices ok warning critical unknown
        case TYPE
            set choices tls-exporter tls-unique tls-server-end-point
        case VERSION
            set choices 1.0 1.1 1.2 1.3
        case WHICH
            set choices first all
    end
    string join \n -- $lead$choices$suffix
end

complete -c check_pop3x -f
complete -c check_pop3x -s H -l hostname -d 'Name or address to connect to; ::1 and [::1] both work' -x -a "(__check_pop3x_value 'HOST')"
complete -c check_pop3x -s p -l port -d 'Port; default 110, or 995 with --tls' -x -a "(__check_pop3x_value 'PORT')"
complete -c check_pop3x -s S -l tls -d 'Use TLS from the first byte; also --ssl'
complete -c check_pop3x -l starttls -d 'Switch to TLS with STLS; required, never falls back to an unencrypted connection; not with --tls'
complete -c check_pop3x -l srv -d 'Domain whose servers to check, instead of -H: those of its SRV records _pop3s._tcp, or else _pop3._tcp; not with --hostname, --port, --unix-socket' -x -a "(__check_pop3x_value 'DOMAIN')"
complete -c check_pop3x -l no-capa -d 'Do not send CAPA, for servers that hang up at it. STLS, USER or the mechanism named by --auth are tried, nothing is pipelined, and the step retr is refused'
complete -c check_pop3x -l no-second-look -d 'Open no second connection to find out why the server is silent: one second before a limit of 3 s or more, and without credentials. Nor ask a silent DNS server again. There is no second look with --addresses all and --unix-socket'
complete -c check_pop3x -s 4 -l use-ipv4 -d 'Use IPv4 only; not with --use-ipv6'
complete -c check_pop3x -s 6 -l use-ipv6 -d 'Use IPv6 only'
complete -c check_pop3x -l addresses -d 'Which addresses of HOST to check: the first that connects, or each of them, with a session of its own; the worst is the state. At most 16 are, 8 side by side: first, all' -x -a "(__check_pop3x_value 'WHICH')"
complete -c check_pop3x -l login-at -d 'At which of them to log in: the first that works, or each, one after the other: first, all' -x -a "(__check_pop3x_value 'WHICH')"
complete -c check_pop3x -l resolver -d 'DNS server to use instead of the system\'s; --dane trusts its answers' -x -a "(__check_pop3x_value 'ADDR' ':' 'PORT')"
complete -c check_pop3x -l source -d 'Address of this machine to connect from; addresses of HOST that are of the other family (IPv4, IPv6) are left out' -x -a "(__check_pop3x_value 'ADDR')"
complete -c check_pop3x -l unix-socket -d 'Unix socket to connect to, such as a unix_listener of Dovecot. HOST is the name in the certificate then, and may be left out (localhost); not with --port, --source, --use-ipv4, --use-ipv6, --addresses' -x -a "(__check_pop3x_value 'PATH')"
complete -c check_pop3x -l proxy -d 'Proxy that leads to the server: socks5h://HOST:PORT or http://HOST:PORT, which look up its name, or socks5://HOST:PORT, with the name looked up here; or "env", for that of ALL_PROXY and NO_PROXY. Default: that of POP3X_PROXY; not with --unix-socket' -x -a "(__check_pop3x_value 'URL')"
complete -c check_pop3x -l proxy-user -d 'User of the proxy' -x -a "(__check_pop3x_value 'NAME')"
complete -c check_pop3x -l proxy-password-file -d 'File with the password of --proxy-user in its first line. Default: the variable POP3X_PROXY_PASSWORD; needs --proxy-user' -x -a "(__check_pop3x_value 'FILE')"
complete -c check_pop3x -l proxy-protocol -d 'Send HAProxy\'s PROXY header in front of all else, with the addresses of the connection, to a server that takes connections from a load balancer only: v1, v2' -x -a "(__check_pop3x_value 'HEADER')"
complete -c check_pop3x -s w -l warning -d 'Warning if the total time is outside RANGE: 2s, 500ms, 1.5, 0.5s:2s, @1s:2s, ~:3s' -x -a "(__check_pop3x_value 'RANGE')"
complete -c check_pop3x -s c -l critical -d 'Critical if the total time is outside RANGE; either limit may be given alone' -x -a "(__check_pop3x_value 'RANGE')"
complete -c check_pop3x -s t -l timeout -d 'Time limit for the whole check, and the state when it is exceeded' -x -a "(__check_pop3x_value 'DURATION' ':' 'STATE')"
complete -c check_pop3x -l phase-timeout -d 'Time limit of one phase: login=3s; may be repeated' -x -a "(__check_pop3x_value 'PHASE' '=' 'DURATION')"
complete -c check_pop3x -l phase-warning -d 'Warning if the time of one phase is outside RANGE: login=1s; may be repeated' -x -a "(__check_pop3x_value 'PHASE' '=' 'RANGE')"
complete -c check_pop3x -l phase-critical -d 'Critical if the time of one phase is outside RANGE; may be repeated' -x -a "(__check_pop3x_value 'PHASE' '=' 'RANGE')"
complete -c check_pop3x -s D -l certificate -d 'Days that the certificate must remain valid: 30,7; or a time, 36h,12h, or a share of its life, 33%,15%; CRIT is 0 by default. Implies --tls unless --starttls is given. WARN also holds for what is logged in with' -x -a "(__check_pop3x_value 'WARN' ',' 'CRIT')"
complete -c check_pop3x -l messages-warning -d 'Warning if the number of messages is outside RANGE; with --match, the number of those that match' -x -a "(__check_pop3x_value 'RANGE')"
complete -c check_pop3x -l messages-critical -d 'Critical if the number of messages is outside RANGE' -x -a "(__check_pop3x_value 'RANGE')"
complete -c check_pop3x -l size-warning -d 'Warning if the size of the mailbox is outside RANGE: 500MB, 10MiB' -x -a "(__check_pop3x_value 'RANGE')"
complete -c check_pop3x -l size-critical -d 'Critical if the size of the mailbox is outside RANGE' -x -a "(__check_pop3x_value 'RANGE')"
complete -c check_pop3x -l oldest-warning -d 'Warning if the age of the oldest message is outside RANGE: 90s, 36h, 3d, 2w' -x -a "(__check_pop3x_value 'RANGE')"
complete -c check_pop3x -l oldest-critical -d 'Critical if the age of the oldest message is outside RANGE' -x -a "(__check_pop3x_value 'RANGE')"
complete -c check_pop3x -l newest-warning -d 'Warning if the age of the newest message is outside RANGE, or the mailbox is empty' -x -a "(__check_pop3x_value 'RANGE')"
complete -c check_pop3x -l newest-critical -d 'Critical if the age of the newest message is outside RANGE, or the mailbox is empty' -x -a "(__check_pop3x_value 'RANGE')"
complete -c check_pop3x -l transit-warning -d 'Warning if the time that the newest message took is outside RANGE: from its lowest Received to its topmost one, or from Date if there is only one' -x -a "(__check_pop3x_value 'RANGE')"
complete -c check_pop3x -l transit-critical -d 'Critical if the time that the newest message took is outside RANGE' -x -a "(__check_pop3x_value 'RANGE')"
complete -c check_pop3x -l authserv-id -d 'Name of the server whose Authentication-Results count, as it writes it there; needs --require-auth' -x -a "(__check_pop3x_value 'NAME')"
complete -c check_pop3x -l require-auth -d 'What the newest message has to pass by them, some of spf,dkim,dmarc,arc; needs --authserv-id' -x -a "(__check_pop3x_value 'METHODS')"
complete -c check_pop3x -l match -d 'Count only messages whose HEADER matches REGEXP; may be repeated, all must match' -x -a "(__check_pop3x_value 'HEADER' '=' 'REGEXP')"
complete -c check_pop3x -l age-scan -d 'Number of messages whose headers are read, the first and the last ones, or all; default 2, with --match up to 256 if the server pipelines' -x -a "(__check_pop3x_value 'N')"
complete -c check_pop3x -l steps -d 'More commands after STAT, each a phase of its own: list,uidl,top,retr,noop,reset; all means list,uidl,top,noop' -x -a "(__check_pop3x_value 'LIST')"
complete -c check_pop3x -l retr -d 'Number of the message that the step retr reads; default the newest' -x -a "(__check_pop3x_value 'N')"
complete -c check_pop3x -l retr-max -d 'Octets that the step retr reads at most; default 10MiB' -x -a "(__check_pop3x_value 'SIZE')"
complete -c check_pop3x -l send-via -d 'Submission server: send a mail to the mailbox, and judge in later runs whether it has arrived. Port 587 unless given; STARTTLS is required; not with --addresses' -x -a "(__check_pop3x_value 'HOST' ':' 'PORT')"
complete -c check_pop3x -l send-tls -d 'Use TLS from the first byte; port 465; needs --send-via; not with --send-clear'
complete -c check_pop3x -l send-clear -d 'It is a relay that knows this host by its address: no TLS and no login; port 25; needs --send-via; not with --send-user, --send-password-file'
complete -c check_pop3x -l send-user -d 'Log in there as NAME; default --user; needs --send-via' -x -a "(__check_pop3x_value 'NAME')"
complete -c check_pop3x -l send-password-file -d 'File whose first line is the password for it; default what logs in to the mailbox, be it a password or an access token; needs --send-via' -x -a "(__check_pop3x_value 'FILE')"
complete -c check_pop3x -l send-from -d 'Sender; default --send-user if that is an address, or else --send-to. Bounces go there; needs --send-via' -x -a "(__check_pop3x_value 'ADDRESS')"
complete -c check_pop3x -l send-to -d 'Recipient: an address of the mailbox; default --user, if that is an address; needs --send-via' -x -a "(__check_pop3x_value 'ADDRESS')"
complete -c check_pop3x -l send-subject -d 'Subject of the mails; needs --send-via' -x -a "(__check_pop3x_value 'TEXT')"
complete -c check_pop3x -l delivery-warning -d 'Warning if the time that the newest mail took which arrived is outside RANGE, or one has not arrived for so long; needs --send-via' -x -a "(__check_pop3x_value 'RANGE')"
complete -c check_pop3x -l delivery-critical -d 'Critical if that is outside RANGE; needs --send-via' -x -a "(__check_pop3x_value 'RANGE')"
complete -c check_pop3x -l delete-probes -d 'Delete older mails of this program than the newest that arrived, at most 20 a run, if all of each is what was sent. Needs --state-dir; needs --send-via and --state-dir'
complete -c check_pop3x -l send-every -d 'Time between two mails, at least; 0 sends one in each run; needs --send-via' -x -a "(__check_pop3x_value 'DURATION')"
complete -c check_pop3x -s u -l user -d 'Log in as NAME; without it the check ends after the greeting and CAPA [$POP3X_USER, systemd credential check_pop3x.user]' -x -a "(__check_pop3x_value 'NAME')"
complete -c check_pop3x -l password-file -d 'File whose first line is the password; - for standard input [password in $POP3X_PASSWORD, systemd credential check_pop3x.password]; not with --password-command' -x -a "(__check_pop3x_value 'FILE')"
complete -c check_pop3x -l password-command -d 'Program, by its full path, that prints the password as its first line; no shell is run' -x -a "(__check_pop3x_value ''\''PROGRAM ARG...'\''')"
complete -c check_pop3x -l auth -d 'How to log in: auto, user, apop, plain, login, scram-sha-256-plus, scram-sha-1-plus, scram-sha-256, scram-sha-1, cram-md5, external, ntlm, gssapi, oauthbearer, xoauth2' -x -a "(__check_pop3x_value 'MECHANISM')"
complete -c check_pop3x -l authzid -d 'Open the mailbox of NAME with the secret of --user' -x -a "(__check_pop3x_value 'NAME')"
complete -c check_pop3x -l scram-min-iterations -d 'Fewest iterations that a server may ask for with SCRAM; default 4096' -x -a "(__check_pop3x_value 'N')"
complete -c check_pop3x -l channel-binding -d 'Channel binding of the -plus mechanisms, chosen by the TLS version unless given, or of gssapi, which has none unless given (Exchange: tls-server-end-point): tls-exporter, tls-unique, tls-server-end-point' -x -a "(__check_pop3x_value 'TYPE')"
complete -c check_pop3x -l allow-cleartext-login -d 'Send the password even if the connection is not encrypted, or log in by gssapi'
complete -c check_pop3x -l login-pause -d 'Time between two logins with a password that the server has refused three times; 0 tries in each run' -x -a "(__check_pop3x_value 'DURATION')"
complete -c check_pop3x -l token-file -d 'File whose first line is an access token; - for standard input; not with --oauth, --password-file, --password-command' -x -a "(__check_pop3x_value 'FILE')"
complete -c check_pop3x -l oauth -d 'Get an access token from a server: microsoft:TENANT, google, or the URL of a token endpoint; not with --password-file, --password-command' -x -a "(__check_pop3x_value 'SERVER')"
complete -c check_pop3x -l oauth-client-id -d 'OAuth client (application) ID; needs --oauth' -x -a "(__check_pop3x_value 'ID')"
complete -c check_pop3x -l oauth-client-secret-file -d 'File whose first line is the client secret; needs --oauth; not with --oauth-key-file' -x -a "(__check_pop3x_value 'FILE')"
complete -c check_pop3x -l oauth-key-file -d 'Private key (PEM) to sign with instead of a client secret; for google the key (JSON) of a service account, which asks on behalf of --user; needs --oauth' -x -a "(__check_pop3x_value 'FILE')"
complete -c check_pop3x -l oauth-cert-file -d 'Certificate (PEM) of that key; needs --oauth and --oauth-key-file' -x -a "(__check_pop3x_value 'FILE')"
complete -c check_pop3x -l oauth-scope -d 'OAuth scope; default the mail scope of Microsoft or Google; needs --oauth' -x -a "(__check_pop3x_value 'SCOPE')"
complete -c check_pop3x -l oauth-refresh-token-file -d 'File holding the refresh token; rewritten when the server issues a new one; needs --oauth' -x -a "(__check_pop3x_value 'FILE')"
complete -c check_pop3x -l oauth-ca-file -d 'Trust the certificates in FILE for the token server instead of the system\'s; needs --oauth' -x -a "(__check_pop3x_value 'FILE')"
complete -c check_pop3x -l oauth-login -d 'Get a refresh token interactively (device login). No check is made; needs --oauth and --oauth-refresh-token-file; not with --token-file'
complete -c check_pop3x -l oauth-device-url -d 'Device authorization endpoint of a server that is given by its URL; needs --oauth and --oauth-login' -x -a "(__check_pop3x_value 'URL')"
complete -c check_pop3x -l state-dir -d 'Directory where access tokens, Kerberos tickets, refused logins, CRLs and what was printed are kept between runs [$STATE_DIRECTORY/check_pop3x, $XDG_CACHE_HOME/check_pop3x; default /var/tmp/check_pop3x-UID]' -x -a "(__check_pop3x_value 'DIR')"
complete -c check_pop3x -l krb5-ccache -d 'Credential cache of kinit with a ticket of the user. Default: $KRB5CCNAME, or /tmp/krb5cc_UID; not with --krb5-keytab, --password-file, --password-command, --token-file, --oauth' -x -a "(__check_pop3x_value 'FILE')"
complete -c check_pop3x -l krb5-keytab -d 'Keytab with the key of --user, NAME or NAME@REALM; the ticket is kept in --state-dir until it ends; not with --password-file, --password-command, --token-file, --oauth' -x -a "(__check_pop3x_value 'FILE')"
complete -c check_pop3x -l krb5-conf -d 'Configuration of Kerberos. Default: $KRB5_CONFIG, or /etc/krb5.conf' -x -a "(__check_pop3x_value 'FILE')"
complete -c check_pop3x -l service-name -d 'Service that the ticket is for, SERVICE or SERVICE/HOST, or either with @REALM. Default: pop, on HOST of -H' -x -a "(__check_pop3x_value 'NAME')"
complete -c check_pop3x -l ca-file -d 'Trust the certificates in FILE instead of the system\'s; not with --insecure' -x -a "(__check_pop3x_value 'FILE')"
complete -c check_pop3x -l insecure -d 'Do not verify the server\'s certificate'
complete -c check_pop3x -l pin -d 'Require this public key (curl\'s format); repeatable, any match will do; checked even with --insecure' -x -a "(__check_pop3x_value 'sha256//BASE64')"
complete -c check_pop3x -l sni -d 'Server name to send (SNI) and verify; \'\' sends none; default HOST' -x -a "(__check_pop3x_value 'NAME')"
complete -c check_pop3x -l verify-name -d 'Verify the certificate against NAME, leaving SNI as it is; not with --insecure' -x -a "(__check_pop3x_value 'NAME')"
complete -c check_pop3x -l dane -d 'Authenticate the server by DNSSEC-signed TLSA records (DANE) instead of trusted CAs; not with --insecure, --ca-file'
complete -c check_pop3x -l crl -d 'Ask whether the certificates of the server were revoked: their issuers\' lists (CRLs) are fetched over HTTP and kept in --state-dir until there are new ones; not with --insecure'
complete -c check_pop3x -l tls-min -d 'Lowest TLS version to accept: 1.0, 1.1, 1.2, 1.3' -x -a "(__check_pop3x_value 'VERSION')"
complete -c check_pop3x -l tls-warn-below -d 'Warning if the server does not support this TLS version or a newer one: 1.0, 1.1, 1.2, 1.3' -x -a "(__check_pop3x_value 'VERSION')"
complete -c check_pop3x -l tls-warn-without -d 'Warning if the handshake lacks one of these: forward secrecy, an AEAD cipher, post-quantum key exchange; several by comma or repeated: fs, aead, pq' -x -a "(__check_pop3x_value 'PROPERTY')"
complete -c check_pop3x -l client-cert -d 'Client certificate to present: PEM, with the certificates above it, or PKCS #12' -x -a "(__check_pop3x_value 'FILE')"
complete -c check_pop3x -l client-key -d 'Its private key: PEM, not encrypted; default the file of --client-cert; needs --client-cert' -x -a "(__check_pop3x_value 'FILE')"
complete -c check_pop3x -l client-key-password-file -d 'File whose first line is the password of the PKCS #12 file; needs --client-cert' -x -a "(__check_pop3x_value 'FILE')"
complete -c check_pop3x -s e -l expect -d 'Text expected in the greeting; may be repeated, any one is enough' -x -a "(__check_pop3x_value 'TEXT')"
complete -c check_pop3x -s A -l all -d 'All --expect texts have to be in the greeting, not just one'
complete -c check_pop3x -s M -l mismatch -d 'State if no --expect text is in the greeting: ok, warning, critical, unknown' -x -a "(__check_pop3x_value 'STATE')"
complete -c check_pop3x -s r -l refuse -d 'State if the connection is refused: ok, warning, critical, unknown' -x -a "(__check_pop3x_value 'STATE')"
complete -c check_pop3x -l state -d 'State for a kind of fault: in-use=ok; may be repeated' -x -a "(__check_pop3x_value 'KIND' '=' 'STATE')"
complete -c check_pop3x -l format -d 'Format of the result: checkmk, json, nagios, prometheus' -x -a "(__check_pop3x_value 'FORMAT')"
complete -c check_pop3x -l name -d 'Check name in json, checkmk and prometheus output; default the name of the --output file without its ending, or else POP3 HOST' -x -a "(__check_pop3x_value 'NAME')"
complete -c check_pop3x -l output -d 'Write the --format result to FILE (atomically); print the plugin line as usual' -x -a "(__check_pop3x_value 'FILE')"
complete -c check_pop3x -l quiet-ok -d 'Print nothing if the state is OK, for cron'
complete -c check_pop3x -l notify-changes -d 'Print nothing unless the state or the kinds of faults are others than in the last run, for cron; the exit code stays. The last run is kept in --state-dir. At a terminal all is printed; not with --quiet-ok'
complete -c check_pop3x -l remind -d 'Print what is not OK again after that time: 12h, 1d; needs --notify-changes' -x -a "(__check_pop3x_value 'DURATION')"
complete -c check_pop3x -s j -l jail -d 'Do not show what the server said'
complete -c check_pop3x -s v -l verbose -d 'More lines: what it means for users, phases, addresses and TLS; -vv capabilities, -vvv the dialogue without secrets'
complete -c check_pop3x -s V -l version -d 'Print the version'
complete -c check_pop3x -s h -l usage -d 'Print the everyday options'
complete -c check_pop3x -l help -d 'Print all options'
complete -c check_pop3x -l extra-opts -d 'More options, and password = ..., from an INI file, as in monitoring-plugins; the section is check_pop3x by default' -x -a "(__check_pop3x_value 'SECTION' '@' 'FILE')"
complete -c check_pop3x -l restricted -d 'Refuse options behind it that name a file, program, directory, host, port or resolver, or say whom to trust: somebody else writes them [all of the command line with $POP3X_RESTRICTED]'
complete -c check_pop3x -l confine -d 'Give up what the check does not need, before it begins: other files, other TCP ports (Landlock, Linux 6.7 or newer); not with --password-command, --oauth-login'
