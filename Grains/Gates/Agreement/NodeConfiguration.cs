namespace ControlPlane.Grains.Gates.Agreement;

/// <summary>What this process runs: its build, and a hash over every setting that a decision can rest on. No secret is part of it.</summary>
/// <param name="Version">Of the build.</param>
/// <param name="Fingerprint">Lower-case hex.</param>
internal sealed record NodeConfiguration(string Version, string Fingerprint)
{
    private const char Separator = '/';

    /// <summary>As it travels in a request.</summary>
    public string Text => $"{Version}{Separator}{Fingerprint}";

    /// <summary>Null for a text that is no configuration.</summary>
    public static NodeConfiguration? Parse(string? text) => text?.LastIndexOf(Separator) is > 0 and var at ? new(text[..at], text[(at + 1)..]) : null;
}
