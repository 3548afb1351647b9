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
    };
    const auto makePart = [&](Service &service) { return RouterPart::make(service, options); };
    return Service::run(argc, argv, {"router", "crossfade-router", CROSSFADE_VERSION, "router.yaml"},
                        addOptions, makePart);
}
