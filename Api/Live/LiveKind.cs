namespace ControlPlane.Api.Live;

/// <summary>What a message is about; its word on the wire is the same in lower case.</summary>
internal enum LiveKind
{
    System,
    Integration,
    Bot,
    Usage,

    /// <summary>A row is gone. There is no word for that: readers find a message missing and subscribe again.</summary>
    Gone,
}
