namespace ControlPlane.Api.Live;

/// <summary>What a message is about; its word on the wire is the same in lower case.</summary>
internal enum LiveKind
{
    System,
    Integration,
    Bot,
    Usage,
}
