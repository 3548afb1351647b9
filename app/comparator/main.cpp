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
        CLI::Option *router = serve.add_option("--router", options.router.urls,
                                               "URL of the router, which is told of alerts, of who is to be held, of "
                                               "consistency and of LEGACY's keys; of several replicas each");
        CLI::Option *token = serve.add_option("--router-token-file", options.router.tokenFile,
                                              "File with a token of role service for the router");
        CLI::Option *variable = serve.add_option("--router-token-env", options.router.tokenEnv,
                                                 "The same in an environment variable of this name");
        serve.add_option("--router-ca-file", options.router.caFile,
                         "PEM file of the authorities that sign the router's certificate, where the system does not "
                         "know them")
            ->check(CLI::ExistingFile)
            ->needs(router);
        serve
            .add_option("--router-alert-after", options.router.alertSeconds,
                        "Seconds that the router may take nothing of what it is told before that is an alert")
            ->check(CLI::Range(std::int64_t{1}, std::int64_t{86'400}))
            ->capture_default_str();
        serve
            .add_option("--held-users", options.held.users,
                        "Data types for whose differences users are held by the router; for those of others entities are")
            ->capture_default_str();
        serve.add_option("--held-nobody", options.held.nobody, "Data types for whose differences nobody is held")
            ->capture_default_str();
        serve
            .add_option("--key-index", options.keyIndex.dataType,
                        "Data type whose keys in LEGACY the router is told; without it none are")
            ->needs(router);
        serve
            .add_option("--key-index-sweep", options.keyIndex.sweepSeconds,
                        "Seconds between two looks at all of LEGACY's keys; between them new ones are found by the change column")
            ->check(CLI::Range(std::int64_t{1}, std::int64_t{604'800}))
            ->capture_default_str();
        serve.add_flag("--new-fingerprint-key", options.newFingerprintKey,
                       "Go on with the key in --data where that of the store's fingerprints is lost");
        token->needs(router);
        variable->needs(router)->excludes(token);
        serve.parse_complete_callback([&options] {
            const RouterAddress &address = options.router;
            if (address.isSet() && address.tokenFile.empty() && address.tokenEnv.empty())
                throw CLI::ValidationError("--router", "needs --router-token-file or --router-token-env");
        });
    };
    return Service::run(argc, argv, identity, addOptions, [&options](Service &service) {
        return ComparatorPart::make(service, options);
    });
}
