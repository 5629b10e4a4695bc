using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace ControlPlane.Api.Tests.Mapping;

/// <summary>Values of any type that the grains' records are made of. Another seed is another value in every part.</summary>
internal static class Sample
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    public static T Of<T>(int seed = 0) => (T)Of(typeof(T), seed);

    public static object Of(Type type, int seed)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return Of(inner, seed);
        if (type == typeof(string)) return $"s{seed}";
        if (type == typeof(bool)) return seed % 2 != 0;
        if (type.IsEnum) return Enum.GetValues(type).GetValue(seed % Enum.GetValues(type).Length)!;
        if (type.IsPrimitive || type == typeof(decimal)) return Convert.ChangeType(seed + 1, type);
        if (type == typeof(DateTimeOffset)) return s_start.AddHours(seed);
        if (type == typeof(TimeSpan)) return TimeSpan.FromMinutes(seed + 1);
        if (type == typeof(Guid)) return new Guid(seed + 1, 0, 0, new byte[8]);
        if (type.IsGenericType && type.Namespace == typeof(ImmutableArray).Namespace) return Collection(type, seed);
        return Record(type, seed);
    }

    /// <summary>A copy with one property set anew.</summary>
    public static object With(object record, PropertyInfo property, object? value)
    {
        var copy = typeof(object).GetMethod(nameof(MemberwiseClone), BindingFlags.Instance | BindingFlags.NonPublic)!.Invoke(record, null)!;
        property.SetValue(copy, value);
        return copy;
    }

    /// <summary>The properties that a record is made of; others are worked out from them.</summary>
    public static IEnumerable<PropertyInfo> Parts(Type type) => type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(property => property.SetMethod is not null);

    private static object Record(Type type, int seed)
    {
        var record = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var part in Parts(type)) part.SetValue(record, Of(part.PropertyType, seed));
        return record;
    }

    private static object Collection(Type type, int seed)
    {
        var types = type.GetGenericArguments();
        var item = types.Length == 1
            ? Of(types[0], seed)
            : Activator.CreateInstance(typeof(KeyValuePair<,>).MakeGenericType(types), Of(types[0], seed), Of(types[1], seed))!;
        var items = Array.CreateInstance(item.GetType(), 1);
        items.SetValue(item, 0);
        var factory = type.Assembly.GetType($"{type.Namespace}.{type.Name.Split('`')[0]}")!;
        return factory.GetMethods()
            .Where(method => method.Name == nameof(ImmutableArray.CreateRange) && method.GetParameters() is [var only] && only.ParameterType.Name == typeof(IEnumerable<>).Name)
            .Single()
            .MakeGenericMethod(types)
            .Invoke(null, [items])!;
    }
}
