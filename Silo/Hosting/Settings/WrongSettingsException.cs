namespace ControlPlane.Silo.Hosting.Settings;

/// <summary>One or more settings are wrong: the process must not start. Each line names the key, the rule, and how to fix it, never a value.</summary>
internal sealed class WrongSettingsException(IReadOnlyList<string> errors)
    : Exception("Wrong settings:" + string.Concat(errors.Select(e => $"{Environment.NewLine}  {e}")))
{
    public IReadOnlyList<string> Errors { get; } = errors;
}
