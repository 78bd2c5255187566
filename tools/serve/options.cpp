#include "tools/serve/options.h"

namespace flu::serve {

void define_options(CLI::App& cli, Options& options) {
  cli.add_option(
         "--http", options.http,
         "Listen for HTTP here; may be given several times. Port 0 takes a free one. Without "
         "this and --https: 8080")
      ->type_name("[IP:]PORT")
      ->expected(1)
      ->take_all();
  cli.add_option("--https", options.https, "Listen for HTTPS here; may be given several times")
      ->type_name("[IP:]PORT")
      ->expected(1)
      ->take_all();
  auto* const certificate =
      cli.add_option(
             "--tls-cert", options.tls_cert,
             "Certificate in PEM, followed by those that lead to an authority; may be given "
             "several times, the first is for clients that name none of the others")
          ->type_name("FILE")
          ->expected(1)
          ->take_all();
  cli.add_option("--tls-key", options.tls_key,
                 "Its key in PEM, as often and in the same order; without it the key is in the "
                 "certificate's file")
      ->type_name("FILE")
      ->expected(1)
      ->take_all()
      ->needs(certificate);
  cli.add_option(
         "--tls-dir", options.tls_dir,
         "Without --tls-cert: each NAME.crt here that has a NAME.key, with NAME-ca.crt as its "
         "chain")
      ->type_name("DIR")
      ->envname("FLU_TLS_DIR")
      ->capture_default_str();
  cli.add_option("--workers", options.workers, "Worker processes; 0 is one a core")
      ->type_name("N")
      ->check(CLI::Range(0U, 256U))
      ->capture_default_str();
  cli.add_option("--access-log", options.access_log, "Append a line for each answer to this file")
      ->type_name("FILE");
  cli.add_option("--drain-timeout", options.drain_timeout,
                 "How long clients of endless streams may stay with a worker that was replaced")
      ->type_name("TIME")
      ->capture_default_str();
  cli.add_option("--dvr-root", options.dvr_root,
                 "The folder that archives lie in, of streams whose configuration names none")
      ->envname("FLU_DVR_ROOT")
      ->type_name("DIR");
}

}  // namespace flu::serve
