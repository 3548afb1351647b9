// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/console.h"
#include "app/console/options.h"
#include "app/console/tour.h"
#include "models/session/profiles.h"

#include <QApplication>
#include <QTemporaryDir>
#include <QTextStream>

using namespace crossfade;

namespace {

// In a sandbox of its own, with settings of its own: it changes nothing of yours.
int runTour(const ConsoleOptions &options)
{
    const QTemporaryDir folder;
    const QString own = folder.filePath(QStringLiteral("tour.ini"));
    Console console(options.settingsFile.isEmpty() ? own : options.settingsFile);
    console.connections()->sandbox()->setProgram(options.sandboxProgram);
    console.showWindow();
    Tour tour(&console, options.shots);
    QMetaObject::invokeMethod(&tour, &Tour::start, Qt::QueuedConnection);
    return QApplication::exec();
}

int run(const ConsoleOptions &options)
{
    if (options.tour)
        return runTour(options);
    Console console(options.settingsFile);
    console.connections()->sandbox()->setProgram(options.sandboxProgram);
    if (options.sandbox)
        console.connections()->connectTo(Profiles::sandboxId());
    else if (!options.profile.isEmpty()) {
        const Profile *profile = console.connections()->profiles()->findByName(options.profile);
        if (!profile) {
            QTextStream(stderr) << "crossfade: there is no profile \"" << options.profile << "\"\n";
            return 1;
        }
        console.connections()->connectTo(profile->id);
    }
    console.showWindow();
    return QApplication::exec();
}

} // namespace

int main(int argc, char *argv[])
{
    // Answered before a display is asked for.
    const ConsoleOptions options = readOptions(argc, argv);
    if (options.exitCode)
        return *options.exitCode;
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("crossfade"));
    QApplication::setApplicationDisplayName(QString());
    QApplication::setApplicationVersion(consoleVersion());
    return run(options);
}
