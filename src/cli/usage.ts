/** What `lacquer --help` prints. */
export const USAGE = `lacquer: a programmable HTTP cache

Usage
  lacquer serve [flags]         run the caching reverse proxy
  lacquer check [--config FILE] validate the configuration and print the effective one as JSON
  lacquer purge WHAT... [flags] take stored responses out of use, through the admin API of a running proxy
  lacquer stats [flags]         print the figures of a running proxy
  lacquer --version
  (with npm: npx lacquer COMMAND, also from a checkout; on Bun there: bun src/entry/bun.ts COMMAND)

Flags of serve (they win over the configuration file)
  --config FILE                 configuration: a module with a default export, or JSON
                                (default: lacquer.config.ts, else lacquer.config.json, where there is one)
  --listen HOST:PORT            address of the proxy (default 127.0.0.1:8080; port 0 takes any free port)
  --origin URL                  server to forward to; repeat it for several
                                (default: a small demo origin inside this process)
  --admin HOST:PORT             address of the admin API (default: none). Its token is LACQUER_ADMIN_TOKEN,
                                else that of the configuration, else made up and printed
  --memory SIZE                 bound of everything kept in memory (default 256MiB)
  --state DIR                   directory in which purges outlive the process (default: none, they do not)
  --log json|pretty|off         one line per request on standard output (default pretty)
  -h, --help                    this text

What is purged, each as often as need be
  --url URL                     a URL with all of its variants
  --tag TAG                     everything with this tag
  --prefix PREFIX               every URL that begins so, or every path, on every host
  --host HOST                   everything of a host
  --ban JSON                    what a predicate holds for: '{"where":[{"field":"path","prefix":"/blog/"}]}'
  --all                         everything

Flags of purge and stats (both need LACQUER_ADMIN_TOKEN)
  --soft                        purge: stale from now on, instead of gone
  --json                        stats: as JSON
  --admin URL                   the admin API (default: LACQUER_ADMIN_URL, else http://127.0.0.1:8081)

Exit status
  0 done, or stopped by SIGTERM or SIGINT, once drained    1 cannot run, or refused    2 bad usage or configuration
`;
