// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shared/pane.h"

class QCheckBox;
class QComboBox;

namespace crossfade {

class Segmented;
class Settings;

// Language, theme, time zone, notifications; each takes effect at once.
class SettingsPane : public Pane {
    Q_OBJECT
public:
    explicit SettingsPane(Settings *settings, QWidget *parent = nullptr);

private:
    void fillZones();
    void show();

    Settings *m_settings;
    QComboBox *m_language;
    Segmented *m_theme;
    QComboBox *m_zone;
    QCheckBox *m_notifies;
};

} // namespace crossfade
