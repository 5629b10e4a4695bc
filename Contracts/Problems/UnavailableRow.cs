namespace ControlPlane.Contracts;

/// <summary>A figure that could not be read: it is null, and this names it.</summary>
/// <param name="Since">Since when it could not be read, as far as that is known.</param>
public sealed record UnavailableRow(string Field, string Code, DateTimeOffset Since);
