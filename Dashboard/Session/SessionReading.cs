namespace ControlPlane.Dashboard.Session;

/// <summary>What the control plane says of this browser's session.</summary>
/// <param name="Answered">False when it did not answer: nothing is known then.</param>
/// <param name="Role"><c>viewer</c>, <c>runner</c> or <c>operator</c>; null when there is no session.</param>
public sealed record SessionReading(bool Answered, string? Role)
{
    public static SessionReading NoAnswer { get; } = new(false, null);
}
