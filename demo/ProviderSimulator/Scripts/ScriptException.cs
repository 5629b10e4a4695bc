namespace ControlPlane.ProviderSimulator;

/// <summary>A script, or a file of keys, breaks a rule; the message names file, field and rule.</summary>
public sealed class ScriptException : Exception
{
    public ScriptException() { }
    public ScriptException(string message) : base(message) { }
    public ScriptException(string message, Exception inner) : base(message, inner) { }
}
