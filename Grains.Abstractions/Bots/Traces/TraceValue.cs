namespace ControlPlane.Abstractions;

/// <summary>A number, a text or a yes or no that a decision rests on. Exactly one of the three is set.</summary>
[GenerateSerializer, Immutable, Alias("cp.TraceValue")]
public readonly record struct TraceValue([property: Id(0)] double? Number, [property: Id(1)] string? Text, [property: Id(2)] bool? Flag)
{
    public static implicit operator TraceValue(double number) => new(number, null, null);

    public static implicit operator TraceValue(string text) => new(null, text, null);

    public static implicit operator TraceValue(bool flag) => new(null, null, flag);

    public static TraceValue FromDouble(double number) => number;

    public static TraceValue FromString(string text) => text;

    public static TraceValue FromBoolean(bool flag) => flag;
}
