namespace ControlPlane.Grains.Integrations.Verification.Network;

/// <summary>What conditions on an answer may compare it with.</summary>
/// <param name="Environment">The environment that was asked, or null.</param>
/// <param name="Variable">Value of a variable, or null.</param>
internal sealed record AnswerContext(string? Environment, Func<string, string?> Variable)
{
    public static AnswerContext None { get; } = new(null, static _ => null);

    public override string ToString() => nameof(AnswerContext);
}
