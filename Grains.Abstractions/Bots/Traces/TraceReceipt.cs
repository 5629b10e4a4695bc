using System.Collections.Immutable;

namespace ControlPlane.Abstractions;

/// <summary>What became of the traces of one call. Whatever is counted in <paramref name="Accepted"/> is on disk.</summary>
/// <param name="Code">Not null when nothing of the call was taken: <see cref="Codes.UnknownBot"/>, <see cref="Codes.DataUnavailable"/>,
/// or <see cref="Codes.RateLimited"/> when the store has no room now.</param>
[GenerateSerializer, Immutable, Alias("cp.TraceReceipt")]
public sealed record TraceReceipt(
    [property: Id(0)] int Accepted,
    [property: Id(1)] int Duplicates,
    [property: Id(2)] ImmutableArray<TraceRejection> Rejected,
    [property: Id(3)] string? Code)
{
    public static TraceReceipt None(string code) => new(0, 0, [], code);
}

/// <summary>Why one trace of a call was not taken.</summary>
/// <param name="Index">Its place in the call, from 0.</param>
[GenerateSerializer, Immutable, Alias("cp.TraceRejection")]
public sealed record TraceRejection([property: Id(0)] int Index, [property: Id(1)] string Code, [property: Id(2)] string Message);

/// <summary>A page of a bot's traces, newest first.</summary>
/// <param name="Next">Cursor of the next page, or null at the end.</param>
/// <param name="Code">Null when it was read; <see cref="Codes.InvalidRequest"/> for a cursor that is not of this list.</param>
[GenerateSerializer, Immutable, Alias("cp.TracePage`1")]
public sealed record TracePage<T>(
    [property: Id(0)] ImmutableArray<T> Items,
    [property: Id(1)] string? Next,
    [property: Id(2)] string? Code);
