using System.Collections.Immutable;
using ControlPlane.Grains.Alerts.Commands;

namespace ControlPlane.Grains.Alerts;

/// <summary><c>ControlPlane:Alerts</c>.</summary>
public sealed class AlertOptions
{
    public const string Section = "ControlPlane:Alerts";

    /// <summary>How long a cause lasts before it is sent, and how long it is gone before its end is sent.</summary>
    public double HoldSeconds { get; set; } = 10;

    /// <summary>Time between two messages about an alert that lasts without an acknowledgement. 0 for never.</summary>
    public double RepeatSeconds { get; set; } = 3_600;

    /// <summary>After this time without an acknowledgement the alert goes to the route <c>escalated</c>. 0 for never.</summary>
    public double EscalateAfterSeconds { get; set; } = 900;

    /// <summary>For example <c>22:00-07:00 Europe/Berlin</c>. Never for page.</summary>
    public string? QuietHours { get; set; }

    /// <summary>Called each minute while gate and outbox work.</summary>
    public Uri? DeadManUrl { get; set; }

    /// <summary>Where people reach the page; messages link to it. Null: no links.</summary>
    public Uri? PageUrl { get; set; }

    /// <summary>A channel without a message for this long gets a test message. 0 for never.</summary>
    public double TestEverySeconds { get; set; } = 86_400;

    /// <summary>Time between two checks of the audit log.</summary>
    public double AuditCheckSeconds { get; set; } = 600;

    /// <summary>Share of a limit from which a day's loss is near it.</summary>
    public double LossNearShare { get; set; } = 0.8;

    /// <summary>How long resolved alerts are kept.</summary>
    public int RetentionDays { get; set; } = 30;

    internal TimeSpan Hold => TimeSpan.FromSeconds(HoldSeconds);

    internal TimeSpan Repeat => TimeSpan.FromSeconds(RepeatSeconds);

    internal TimeSpan EscalateAfter => TimeSpan.FromSeconds(EscalateAfterSeconds);
}

/// <summary><c>ControlPlane:Alerts:Routes</c>: names of channels, with commas. Null or empty: none.</summary>
public sealed class AlertRoutes
{
    public const string Section = $"{AlertOptions.Section}:Routes";

    public string? Page { get; set; }

    public string? Warn { get; set; }

    public string? Info { get; set; }

    public string? Escalated { get; set; }
}

/// <summary><c>ControlPlane:Alerts:Channels:NAME</c>. <see cref="AlertChannelRules"/> has the fields that each kind needs.</summary>
public sealed class AlertChannelOptions
{
    public const string Section = $"{AlertOptions.Section}:Channels";

    /// <summary><c>webhook</c>, <c>slack</c>, <c>discord</c>, <c>telegram</c>, <c>pushover</c>, <c>pagerduty</c>, <c>ntfy</c>, <c>smtp</c> or <c>twilio</c>.</summary>
    public string? Kind { get; set; }

    /// <summary>The receiver of a webhook; for other kinds it replaces the provider's own base.</summary>
    public Uri? Url { get; set; }

    /// <summary>Name of the variable that holds the kind's secret.</summary>
    public string? SecretVariable { get; set; }

    /// <summary>Name of the variable that holds whom the secret belongs to: Pushover's user key, Twilio's account SID.</summary>
    public string? UserVariable { get; set; }

    /// <summary>Chat, channel, topic, phone number or mail addresses (with commas).</summary>
    public string? To { get; set; }

    /// <summary>Sender: a phone number or a mail address.</summary>
    public string? From { get; set; }

    /// <summary>Host name of the mail server.</summary>
    public string? Host { get; set; }

    /// <summary>Port of the mail server; null takes 465 with implicit TLS, else 587.</summary>
    public int? Port { get; set; }

    /// <summary>User name at the mail server; null for none.</summary>
    public string? User { get; set; }

    /// <summary><c>starttls</c>, <c>implicit</c>, or <c>none</c> for a server on loopback.</summary>
    public string? Tls { get; set; }
}

/// <summary>The checked settings of the alerts.</summary>
internal sealed record AlertSettings(AlertOptions Options, ImmutableSortedDictionary<string, AlertChannelOptions> Channels, AlertRouteTable Routes, QuietHours? Quiet)
{
    /// <summary>Commands by chat; none unless they are set up.</summary>
    public ChatCommandSettings Commands { get; init; } = ChatCommandSettings.None;

    public static AlertSettings None { get; } = new(new(), ImmutableSortedDictionary<string, AlertChannelOptions>.Empty, AlertRouteTable.Everything([]), null);

    public AlertFingerprint Fingerprint() => new(Options, Channels, Routes, Commands);
}

/// <summary>The settings as they were written, for comparing nodes.</summary>
internal sealed record AlertFingerprint(AlertOptions Options, ImmutableSortedDictionary<string, AlertChannelOptions> Channels, AlertRouteTable Routes, ChatCommandSettings Commands);
