// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/approvalrow.h"

class QWidget;

namespace crossfade {

class Chart;

// The series around a breach, with the guard's threshold and the band of breaching windows.
Chart *makeEvidenceChart(const ApprovalEvidence &evidence, QWidget *parent);

} // namespace crossfade
