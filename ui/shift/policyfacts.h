// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shared/pane.h"

class QGridLayout;

namespace crossfade {

struct ShiftPolicy;

// What the selected policy was told to do, under the list of policies: nobody has to open the editor
// to see what happens when a guard trips.
class PolicyFacts : public Pane {
    Q_OBJECT
public:
    explicit PolicyFacts(QWidget *parent = nullptr);
    void setPolicy(const ShiftPolicy *policy); // none: hidden

private:
    QGridLayout *m_grid;
    QStringList m_shown;
};

} // namespace crossfade
