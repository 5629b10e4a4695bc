namespace ControlPlane.Testing;

/// <summary>A canary was seen where it must not be. The message says which one and how it was encoded, never its value.</summary>
public sealed class CanaryFoundException(string message) : Exception(message);
