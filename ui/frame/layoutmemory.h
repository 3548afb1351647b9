// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace crossfade {

class Page;
class Settings;

// Puts the dividers of a page where the operator left them, sorts its tables as they were sorted, with the
// columns as wide as they were made, and from now on keeps what the operator changes: at once, so that
// nothing is lost with the process. What stands in the settings comes from outside: a column that is not
// there any more is passed over.
void rememberLayout(Page *page, Settings *settings);

} // namespace crossfade
