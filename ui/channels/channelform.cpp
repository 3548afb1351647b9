// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How the editor of a channel is laid out.
#include "ui/channels/channeleditor.h"

#include "models/items/channelwords.h"
#include "models/items/servicewords.h"
#include "models/items/text.h"
#include "ui/shared/buttons.h"
#include "ui/shared/fields.h"
#include "ui/shared/labels.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace crossfade {

namespace {

constexpr int EditorWidth = 640;
constexpr int TypesHeight = 116;
constexpr int LongestLine = 6'000; // twenty recipients

QHBoxLayout *pairOf(QWidget *left, QWidget *right)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(12);
    row->addWidget(left, 3, Qt::AlignTop);
    row->addWidget(right, 2, Qt::AlignTop);
    return row;
}

} // namespace

ChannelEditor::ChannelEditor(ChannelsSession *session, const ChannelRow *row, QWidget *parent)
    : QDialog(parent), m_session(session), m_base(row ? *row : ChannelRow())
{
    setObjectName(QStringLiteral("channelEditor"));
    setWindowTitle(isNew() ? tr("New channel") : tr("Edit the channel %1").arg(toText(m_base.name)));
    setFixedWidth(EditorWidth);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 14);
    column->setSpacing(8);
    column->addWidget(new ElidingLabel(windowTitle(), FontRole::DialogTitle, Ink::Text, this));
    buildFields();
    buildForm(column);
    buildTypes(column);
    buildButtons(column);
    fill();
    adapt();
    connect(m_kind, &QComboBox::currentIndexChanged, this, &ChannelEditor::adapt);
    connect(m_removeSecret, &QCheckBox::toggled, this, [this](bool on) {
        m_secret->clear();
        m_secret->setEnabled(!on);
        check();
    });
    connect(m_session, &ChannelsSession::changed, this, &ChannelEditor::check);
    m_name->setFocus();
}

QLineEdit *ChannelEditor::addEdit(const char *pointer, const char *name, const QString &accessible)
{
    auto *edit = new QLineEdit(this);
    edit->setObjectName(QLatin1String(name));
    edit->setAccessibleName(accessible);
    edit->setMaxLength(LongestLine);
    connect(edit, &QLineEdit::textEdited, this, [this, at = std::string(pointer)] {
        m_written.insert(at);
        std::erase_if(m_refused, [&](const FieldError &one) { return one.pointer.starts_with(at); });
        m_told = false;
        check();
    });
    return edit;
}

FormField *ChannelEditor::addField(const char *pointer, const QString &label, QWidget *editor, const QString &help)
{
    auto *field = new FormField(label, editor, help, this);
    m_fields.emplace(pointer, field);
    return field;
}

void ChannelEditor::buildFields()
{
    m_name = addEdit("/name", "channelName", tr("Name"));
    m_kind = new QComboBox(this);
    m_kind->setObjectName(QStringLiteral("channelKind"));
    for (const char *kind : {"WEBHOOK", "SLACK", "DINGTALK", "WECOM", "FEISHU", "EMAIL"})
        m_kind->addItem(channelKindText(kind), QLatin1String(kind));
    m_url = addEdit("/url", "channelUrl", tr("Address"));
    m_secret = addEdit("/secret", "channelSecret", tr("Secret"));
    for (QLineEdit *hidden : {m_url, m_secret})
        hidden->setEchoMode(QLineEdit::Password);
    m_removeSecret = new QCheckBox(tr("Remove the stored secret"), this);
    m_removeSecret->setObjectName(QStringLiteral("channelRemoveSecret"));
    m_server = addEdit("/server", "channelServer", tr("Mail server"));
    m_tls = new QComboBox(this);
    m_tls->setObjectName(QStringLiteral("channelTls"));
    for (const char *word : {"STARTTLS", "TLS", "NONE"})
        m_tls->addItem(mailSecurityText(word), QLatin1String(word));
    m_user = addEdit("/user", "channelUser", tr("User"));
    m_from = addEdit("/from", "channelFrom", tr("Sender"));
    m_to = addEdit("/to", "channelTo", tr("Recipients"));
    m_severity = new Segmented(this);
    m_severity->setObjectName(QStringLiteral("channelSeverity"));
    m_severity->setAccessibleName(tr("From which severity on"));
    for (const char *word : {"LOW", "MEDIUM", "HIGH"})
        m_severity->addSegment(wordText(QLatin1String(word)), QStringLiteral("channelSeverity") + QLatin1String(word));
    m_active = new QCheckBox(tr("Active"), this);
    m_active->setObjectName(QStringLiteral("channelActive"));
}

void ChannelEditor::buildForm(QVBoxLayout *column)
{
    FormField *name = addField("/name", tr("Name"), m_name);
    column->addLayout(pairOf(name, addField("/kind", tr("Kind"), m_kind)));
    column->addWidget(addField("/url", tr("Address"), m_url,
                               tr("It holds the key of the service: it is kept by the router and never shown.")));
    FormField *server = addField("/server", tr("Mail server"), m_server, tr("host, or host:port"));
    column->addLayout(pairOf(server, addField("/tls", tr("Encryption"), m_tls)));
    FormField *user = addField("/user", tr("User"), m_user, tr("empty: without signing in"));
    column->addLayout(pairOf(addField("/secret", tr("Secret"), m_secret), user));
    column->addWidget(m_removeSecret);
    FormField *to = addField("/to", tr("Recipients"), m_to, tr("with commas between"));
    column->addLayout(pairOf(to, addField("/from", tr("Sender"), m_from)));
}

void ChannelEditor::buildTypes(QVBoxLayout *column)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(12);
    row->addWidget(new TextLabel(tr("From which severity on"), FontRole::Secondary, Ink::Secondary, this));
    row->addWidget(m_severity);
    row->addStretch(1);
    row->addWidget(m_active);
    column->addLayout(row);
    m_types = new QListWidget(this);
    m_types->setObjectName(QStringLiteral("channelTypes"));
    m_types->setFixedHeight(TypesHeight);
    m_types->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    std::vector<std::string> types = knownAlertTypes();
    for (const std::string &type : m_base.types)
        if (std::ranges::find(types, type) == types.end())
            types.push_back(type); // of other programs
    for (const std::string &type : types) {
        auto *item = new QListWidgetItem(alertTypeText(type), m_types);
        item->setData(Qt::UserRole, toText(type));
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
        item->setCheckState(std::ranges::find(m_base.types, type) == m_base.types.end() ? Qt::Unchecked : Qt::Checked);
    }
    m_types->setCurrentRow(0);
    column->addWidget(addField("/types", tr("Which alerts"), m_types, tr("none chosen: all")));
    connect(m_types, &QListWidget::itemChanged, this, [this] {
        m_told = false;
        check();
    });
}

void ChannelEditor::buildButtons(QVBoxLayout *column)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    m_note = new TextLabel({}, FontRole::Secondary, Ink::Secondary, this);
    m_note->setObjectName(QStringLiteral("dialogNote"));
    m_note->setWordWrap(true);
    m_cancel = new Button(tr("Cancel"), this);
    m_cancel->setObjectName(QStringLiteral("cancelButton"));
    m_save = new Button(ButtonKind::Accent, isNew() ? tr("Add channel") : tr("Save channel"), this);
    m_save->setObjectName(QStringLiteral("saveChannel"));
    m_save->setDefault(true);
    row->addWidget(m_note, 1);
    row->addWidget(m_cancel);
    row->addWidget(m_save);
    column->addLayout(row);
    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_save, &QPushButton::clicked, this, &ChannelEditor::save);
}

} // namespace crossfade
