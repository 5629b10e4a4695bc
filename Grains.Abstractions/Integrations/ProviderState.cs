namespace ControlPlane.Abstractions;

/// <summary>The only four states of an integration.</summary>
public enum ProviderState
{
    /// <summary>A required variable is missing or blank.</summary>
    NotConfigured = 0,

    /// <summary>Configured, but no fresh, conclusive, good verify by this process with these secrets stands.</summary>
    ConfiguredNotConnected = 1,

    /// <summary>Verified and fresh, with a problem.</summary>
    Degraded = 2,

    /// <summary>Verified, fresh, and nothing speaks against it.</summary>
    Connected = 3,
}

/// <summary>What one verify call proved.</summary>
public enum VerifyStatus
{
    /// <summary>Neither confirms nor revokes: timeouts, 3xx, 5xx, TLS, DNS, unreadable bodies, most 429.</summary>
    Inconclusive = 0,
    Valid = 1,

    /// <summary>The key is good; its rights or plan are narrower than the probe asked for.</summary>
    ValidLimited = 2,

    /// <summary>The key is good; the account owes money or has used up its quota.</summary>
    ValidBilling = 3,
    Invalid = 4,

    /// <summary>A key of the demo environment used on the live host, or the other way round.</summary>
    WrongEnvironment = 5,

    /// <summary>The provider has locked the account or the address for a while.</summary>
    Locked = 6,
}

/// <summary>How a step of a verify, or of a checklist, ended.</summary>
public enum StepResult
{
    Skipped = 0,
    Passed = 1,
    Failed = 2,
}

/// <summary>How grave a reason is.</summary>
public enum Severity
{
    Info = 0,
    Degraded = 1,
    Blocked = 2,
}
