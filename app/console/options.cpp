// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/options.h"

#include <QCommandLineParser>
#include <QTextStream>

namespace crossfade {

namespace {

void addOptions(QCommandLineParser &parser)
{
    parser.addOptions({
        {QStringLiteral("profile"), QStringLiteral("Connect to the profile of this name."),
         QStringLiteral("name")},
        {QStringLiteral("sandbox"), QStringLiteral("Start a sandbox on this machine and connect to it.")},
        {QStringLiteral("tour"), QStringLiteral("Perform the guided tour in a sandbox, then end (exit code 1 if a step fails).")},
        {QStringLiteral("shots"), QStringLiteral("Save a picture of each step of the tour there."),
         QStringLiteral("folder")},
        {QStringLiteral("settings"), QStringLiteral("Use this file instead of your own settings."),
         QStringLiteral("file")},
        {QStringLiteral("sandbox-program"),
         QStringLiteral("Start this program as the sandbox, not the one beside the console."),
         QStringLiteral("file")},
        {QStringList{QStringLiteral("h"), QStringLiteral("help")}, QStringLiteral("Print this help.")},
        {QStringList{QStringLiteral("v"), QStringLiteral("version")}, QStringLiteral("Print the version.")},
    });
}

} // namespace

QString consoleVersion()
{
    return QStringLiteral(CROSSFADE_VERSION);
}

ConsoleOptions readOptions(int argc, char *const argv[])
{
    QStringList arguments;
    for (int i = 0; i < argc; ++i)
        arguments.append(QString::fromLocal8Bit(argv[i]));
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("The Crossfade console: moves users from LEGACY to NEW, step by step."));
    addOptions(parser);
    ConsoleOptions options;
    // The toolkit reads its own wishes (platform, style) from the environment.
    if (!parser.parse(arguments)) {
        QTextStream(stderr) << "crossfade: " << parser.errorText() << "\nTry crossfade --help.\n";
        options.exitCode = 2;
        return options;
    }
    if (parser.isSet(QStringLiteral("help"))) {
        // No application is there yet, of which the parser would take the name.
        QTextStream(stdout) << parser.helpText().replace(QStringLiteral("<executable_name>"), QStringLiteral("crossfade"));
        options.exitCode = 0;
    } else if (parser.isSet(QStringLiteral("version"))) {
        QTextStream(stdout) << "crossfade " << consoleVersion() << '\n';
        options.exitCode = 0;
    } else if (!parser.positionalArguments().isEmpty()) {
        QTextStream(stderr) << "crossfade: unexpected argument \""
                            << parser.positionalArguments().first() << "\"\n";
        options.exitCode = 2;
    }
    options.profile = parser.value(QStringLiteral("profile"));
    options.sandbox = parser.isSet(QStringLiteral("sandbox"));
    options.tour = parser.isSet(QStringLiteral("tour"));
    options.shots = parser.value(QStringLiteral("shots"));
    options.sandboxProgram = parser.value(QStringLiteral("sandbox-program"));
    options.settingsFile = parser.value(QStringLiteral("settings"));
    if (!options.exitCode && !options.shots.isEmpty() && !options.tour) {
        QTextStream(stderr) << "crossfade: --shots belongs to --tour\n";
        options.exitCode = 2;
    }
    return options;
}

} // namespace crossfade
