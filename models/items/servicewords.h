// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <string>
#include <vector>

namespace crossfade {

// What the services say in codes and sentences, in the console's language. What is not known, of
// another version or of a person, comes back as it is (a code without its underscores).

QString wordText(const QString &word);            // "FOR_APPROVAL"
QString alertTypeText(const std::string &type);   // "GUARD_TRIPPED": "Guard tripped"
std::vector<std::string> knownAlertTypes();       // those with words of their own
QString alertText(const std::string &message);    // "logins: authentication_success_rate tripped: …"
QString fieldProblemText(const std::string &message); // "must be a number from 0 to 100"
QString channelErrorText(const std::string &error); // "refused it with 93000: invalid webhook url"
QString repairText(const std::string &sentence);  // "Update email of USER 7 on NEW to what LEGACY holds."

} // namespace crossfade
