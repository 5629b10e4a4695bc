using ControlPlane.Api.Telemetry;

namespace ControlPlane.Api.Hosting;

/// <summary>Settings of the API. Section <c>ControlPlane</c>.</summary>
public sealed class ApiOptions
{
    public const string Section = "ControlPlane";
    public const string AllInOne = "AllInOne";
    public const string FrontEnd = "FrontEnd";

    /// <summary><c>AllInOne</c> or <c>FrontEnd</c>.</summary>
    public string Role { get; set; } = AllInOne;

    /// <summary>Shown as <c>demo</c> in every status.</summary>
    public bool Demo { get; set; }

    public SessionOptions Session { get; set; } = new();

    public AccessOptions Access { get; set; } = new();

    public ReadOptions Read { get; set; } = new();

    public LiveOptions Live { get; set; } = new();

    public GatewayOptions Gateway { get; set; } = new();

    public TelemetryOptions Telemetry { get; set; } = new();
}

/// <summary>The bots' way to their providers. Section <c>ControlPlane:Gateway</c>.</summary>
public sealed class GatewayOptions
{
    /// <summary>Bytes of a body that is streamed to a provider.</summary>
    public const long LargestBody = 128L * 1024 * 1024;

    /// <summary>How long neither side of a call may say anything: above the longest silence of a model; 10 to 3,600 seconds.</summary>
    public double SilenceSeconds { get; set; } = 900;

    /// <summary>By provider: a port of loopback, or an address, that is this provider's alone.</summary>
    public Dictionary<string, string> Listen { get; set; } = [];
}

/// <summary>What stands in front of this process. Section <c>ControlPlane:Access</c>.</summary>
public sealed class AccessOptions
{
    /// <summary>Addresses and networks, with commas, whose <c>X-Forwarded-For</c>, <c>-Proto</c> and <c>-Prefix</c> count. Without any nobody's do.</summary>
    public string? TrustedProxies { get; set; }

    /// <summary>Path under which everything is served, for example <c>/control-plane</c>.</summary>
    public string? PathBase { get; set; }

    /// <summary>True: the shared runner token is refused for what belongs to one bot, which brings its own token. A kill is taken from either.</summary>
    public bool BotTokensOnly { get; set; }
}

/// <summary>Sessions of the dashboard. Section <c>ControlPlane:Session</c>.</summary>
public sealed class SessionOptions
{
    /// <summary>How long a session lasts; 60 to 604,800 seconds. Default 12 hours.</summary>
    public int LifetimeSeconds { get; set; } = 12 * 3600;

    /// <summary>Bad sign-ins of one address within a minute before further ones are refused; 1 to 1,000.</summary>
    public int BadSignInsPerMinute { get; set; } = 10;

    /// <summary>Scheme and host under which browsers see this process when something in front of it ends TLS,
    /// for example <c>https://control.example.com</c>; null when they connect to it directly.</summary>
    public string? PublicOrigin { get; set; }
}

/// <summary>How long answers wait for what they read. Section <c>ControlPlane:Read</c>.</summary>
public sealed class ReadOptions
{
    /// <summary>Longest wait for a read; 0.1 to 30 seconds.</summary>
    public double TimeoutSeconds { get; set; } = 2;

    /// <summary>Longest wait while the last read of the same source was overdue; 0.05 to 30 seconds.</summary>
    public double ImpatientSeconds { get; set; } = 0.15;
}

/// <summary>The live feed of the hub and the stream. Section <c>ControlPlane:Live</c>.</summary>
public sealed class LiveOptions
{
    /// <summary>Least time between two messages about the same row, the first one apart; 0.01 to 10 seconds.</summary>
    public double CoalesceSeconds { get; set; } = 0.25;

    /// <summary>How long a client may take for 32 KiB, or for a ping, before it is cut; 0.5 to 60 seconds.</summary>
    public double StallSeconds { get; set; } = 2;

    /// <summary>How long a client may be connected before it subscribes; 1 to 300 seconds.</summary>
    public double SubscribeSeconds { get; set; } = 30;
}
