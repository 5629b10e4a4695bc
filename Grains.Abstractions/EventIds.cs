namespace ControlPlane.Abstractions;

/// <summary>The ids of all log messages of this assembly. Each is used once over all assemblies; this one has 5000 to 5999.</summary>
internal static class EventIds
{
    public const int UsageSenderDropping = 5001;
    public const int UsageSenderLeft = 5002;
    public const int UsageSenderNotTaken = 5003;

    public const int UsageSenderNotSent = 5011;
    public const int UsageSenderSentAtLast = 5012;
    public const int UsageSenderRefused = 5013;
}
