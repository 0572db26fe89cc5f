/** What `lacquer --help` prints. */
export const USAGE = `lacquer: a programmable HTTP cache

Usage
  lacquer serve [flags]         run the caching reverse proxy
  lacquer check [--config FILE] validate the configuration and print the effective one as JSON
  lacquer --version

Flags of serve (they win over the configuration file)
  --config FILE                 configuration: a module with a default export, or JSON
                                (default: lacquer.config.ts, else lacquer.config.json, where there is one)
  --listen HOST:PORT            address of the proxy (default 127.0.0.1:8080; port 0 takes any free port)
  --origin URL                  server to forward to; repeat it for several
                                (default: a small demo origin inside this process)
  --memory SIZE                 bound of everything kept in memory (default 256MiB)
  --log json|pretty|off         one line per request on standard output (default pretty)
  -h, --help                    this text

Exit status
  0 stopped by SIGTERM or SIGINT, once drained    1 cannot run    2 bad usage or configuration
`;
