namespace ControlPlane.Silo.Logging;

/// <summary>Stands in for an exception in an event. It is its clean text and nothing else.</summary>
#pragma warning disable CA1032 // It is never thrown.
internal sealed class CleanException(string text) : Exception(text)
#pragma warning restore CA1032
{
    public override string? StackTrace => null;

    public override string ToString() => Message;
}
