namespace ControlPlane.Api.Live;

/// <summary>Subject of a message; its name on the wire is the same in lower case.</summary>
internal enum LiveKind
{
    System,
    Integration,
    Bot,
    Usage,

    /// <summary>A row is gone. There is no message for it: clients find a gap in the sequence and subscribe again.</summary>
    Gone,
}
