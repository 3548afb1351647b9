// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/routerpart.h"

int main(int argc, char **argv)
{
    using namespace crossfade;
    RouterOptions options;
    const auto addOptions = [&](CLI::App &serve) {
        serve.add_option("--comparator", options.comparatorUrl, "URL of the comparator, for consistency gates");
        serve.add_option("--comparator-token-file", options.comparatorTokenFile,
                         "File with the token for the comparator");
        serve.add_option("--alert-reminder", options.remindSeconds,
                         "Seconds after which an alert nobody acknowledged is told again")
            ->check(CLI::Range(std::int64_t{1}, std::int64_t{86'400}))
            ->capture_default_str();
        serve.add_option("--reverse-sync-lag", options.reverseLagSeconds,
                         "Seconds that a sync back from the platform users move to may be behind while shares "
                         "rise; more than the interval at which it runs")
            ->check(CLI::Range(std::int64_t{1}, std::int64_t{604'800}))
            ->capture_default_str();
        serve.add_option("--channel-ca-file", options.channelCaFile,
                         "PEM file of the authorities that sign the certificates of mail servers and webhooks, "
                         "where the system does not know them")
            ->check(CLI::ExistingFile);
    };
    const auto makePart = [&](Service &service) { return RouterPart::make(service, options); };
    return Service::run(argc, argv, {"router", "crossfade-router", CROSSFADE_VERSION, "router.yaml", true, true},
                        addOptions, makePart);
}
