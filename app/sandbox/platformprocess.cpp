// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/files.h"
#include "app/sandbox/platform.h"
#include "app/sandbox/stopsignal.h"
#include "app/service/log.h"

#include <unistd.h>

namespace crossfade {

int runPlatform(const PlatformOptions &options)
{
    StopSignal stop;
    PlatformService service(options);
    if (const Result<void> opened = service.open(); !opened) {
        logError(opened.error().message);
        return 1;
    }
    const auto server = SandboxHttpServer::start(
        options.listen, 4, [&](const SandboxRequest &request) { return service.answer(request); });
    if (!server) {
        logError(server.error().message);
        return 1;
    }
    if (!options.readyFile.empty()) {
        const Json ready{{"url", (*server)->url()}, {"pid", getpid()}};
        if (const auto written = writePrivateFile(options.readyFile, dumpJson(ready)); !written) {
            logError(written.error().message);
            return 1;
        }
    }
    logInfo("platform answers",
            {{"platform", platformWord(options.name)}, {"url", (*server)->url()}});
    stop.wait();
    return 0;
}

} // namespace crossfade
