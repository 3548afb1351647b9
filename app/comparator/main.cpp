// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/comparatorpart.h"

int main(int argc, char **argv)
{
    using namespace crossfade;
    ComparatorOptions options;
    const Service::Identity identity{"comparator", "crossfade-comparator", CROSSFADE_VERSION,
                                     "comparator.yaml", true, true};
    const auto addOptions = [&options](CLI::App &serve) {
        serve
            .add_option("--batch-rows", options.batchRows,
                        "At most so many rows of a check between two checkpoints; how many it is follows its speed")
            ->check(CLI::Range(1, 1'000'000))
            ->capture_default_str();
        // A repair has three at the same time.
        serve
            .add_option("--source-connections", options.sourceConnections,
                        "Connections to one source at a time")
            ->check(CLI::Range(3, 1'000))
            ->capture_default_str();
        serve
            .add_option("--source-patience", options.sourcePatience,
                        "Seconds a check waits for a source that it has lost")
            ->check(CLI::Range(0, 86'400))
            ->capture_default_str();
        serve.add_flag("--repair-second-person", options.secondPerson,
                       "Whoever asks for a repair may not approve it, whatever his roles");
        CLI::Option *router = serve.add_option("--router", options.router.url,
                                               "URL of the router, which alerts are passed on to");
        CLI::Option *token = serve.add_option("--router-token-file", options.router.tokenFile,
                                              "File with a token of role service for the router");
        serve.add_flag("--new-fingerprint-key", options.newFingerprintKey,
                       "Go on with the key in --data where that of the store's fingerprints is lost");
        router->needs(token);
        token->needs(router);
    };
    return Service::run(argc, argv, identity, addOptions, [&options](Service &service) {
        return ComparatorPart::make(service, options);
    });
}
