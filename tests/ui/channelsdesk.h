// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/ui/fakechannels.h"
#include "tests/ui/pagetest.h"

#include "models/items/text.h"
#include "ui/channels/channeleditor.h"
#include "ui/channels/channelsdialog.h"
#include "ui/shared/buttons.h"
#include "ui/shared/fields.h"
#include "ui/shared/tableview.h"

#include <QLabel>
#include <QLineEdit>

#include <memory>

// The dialog of the channels over a router that has two.
namespace crossfade::test {

inline std::vector<Json> twoChannels()
{
    return {channelJson("c-ops", "ops room", deliveryJson("d-1", "SENT", 1)),
            channelJson("c-night", "<b>night</b>", deliveryJson("d-2", "FAILED", 20, "answered 503"))};
}

struct ChannelsDesk {
    FakePair services;
    FakeChannels channels;
    ChannelsSession session;
    std::unique_ptr<ChannelsDialog> dialog;

    explicit ChannelsDesk(std::vector<Json> rows = twoChannels(), const QStringList &roles = {QStringLiteral("admin")})
        : services(roles)
        , channels(services.router, std::move(rows))
        , session(&services.connection)
    {
    }
    bool open()
    {
        services.open();
        if (!QTest::qWaitFor([&] { return services.isLive() && services.router.hasStream() && session.phase() == LoadPhase::Ready; }))
            return false;
        dialog = std::make_unique<ChannelsDialog>(&session);
        dialog->show();
        return QTest::qWaitFor([&] { return session.phase() == LoadPhase::Ready && !session.isStale(); });
    }
    // Opens the editor by its button; null if it does not come.
    ChannelEditor *edit(const char *button)
    {
        if (!click(dialog.get(), button))
            return nullptr;
        return find<ChannelEditor>(dialog.get(), "channelEditor");
    }
    template <class Widget>
    Widget *get(const char *name) { return find<Widget>(dialog.get(), name); }
    bool press(const char *name) { return click(dialog.get(), name); }
    bool write(const char *name, const QString &text) { return type(dialog.get(), name, text); }
    QString noteOf(QWidget *in) { return in->findChild<QLabel *>(QStringLiteral("dialogNote"), Qt::FindDirectChildrenOnly)->text(); }
    QString note() { return noteOf(dialog.get()); }
    int asked(const char *route) { return static_cast<int>(services.router.asked(route).size()); }
    Json body(const char *route) { return services.router.asked(route).last().body; }
    QStringList names()
    {
        QStringList list;
        for (const ChannelRow &row : session.model()->rows())
            list << toText(row.name);
        return list;
    }
    bool choose(const QString &name)
    {
        auto *table = get<TableView>("channelsTable");
        for (int row = 0; table && row < table->model()->rowCount(); ++row) {
            const QModelIndex index = table->model()->index(row, ChannelModel::Name);
            if (index.data().toString() != name)
                continue;
            QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(index).center());
            return table->currentIndex().row() == row;
        }
        return false;
    }
};

inline QString problemAtField(QWidget *editor, const char *name)
{
    for (const FormField *field : editor->findChildren<FormField *>())
        if (field->editor()->objectName() == QLatin1String(name))
            return field->problem();
    return QStringLiteral("no such field");
}

// Everything that a person, or a reader of the screen, could read of it.
inline bool shows(QWidget *root, const QString &text)
{
    for (QWidget *widget : root->findChildren<QWidget *>()) {
        const auto *edit = qobject_cast<QLineEdit *>(widget);
        if (edit && edit->displayText().contains(text))
            return true;
        const auto *label = qobject_cast<QLabel *>(widget);
        if ((label && label->text().contains(text)) || widget->toolTip().contains(text) || widget->accessibleDescription().contains(text))
            return true;
    }
    return false;
}

inline FakeAnswer hangs(const FakeRequest &)
{
    return {200, Json::object(), true};
}

} // namespace crossfade::test
