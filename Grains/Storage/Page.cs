using System.Collections.Immutable;

namespace ControlPlane.Grains;

/// <summary>A page of a list, newest first.</summary>
/// <param name="Next">Opaque cursor of the next page, or null at the end.</param>
public sealed record Page<T>(ImmutableArray<T> Items, string? Next);

/// <summary>A cursor that the store did not make.</summary>
public sealed class InvalidCursorException() : Exception("The cursor in 'before' was not made by this list.");
