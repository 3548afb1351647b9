// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Compiled by nobody: the scan must refuse it.
#include <QtCore/QString>
