using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Grains.Gateway.Orders;

/// <summary>The fields of one order, by their pointers. Reading marks a field as understood; what nobody has read is unknown.</summary>
internal sealed class OrderFields(IReadOnlyDictionary<string, string> values, IReadOnlyDictionary<string, string> path)
{
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>Fields that nobody has asked for.</summary>
    public IEnumerable<string> Unread => values.Keys.Where(name => !_read.Contains(name)).Order(StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, string>> All => values;

    /// <summary>The value, or null where the field is absent or empty.</summary>
    public string? Find(string field)
    {
        _read.Add(field);
        var value = Template.Whole(field) is { } name ? path.GetValueOrDefault(name) : values.GetValueOrDefault(field);
        return string.IsNullOrEmpty(value) ? null : value;
    }

    /// <summary>Whether the field is there, with a value or without.</summary>
    public bool IsGiven(string field) => values.ContainsKey(field);

    /// <summary>The first that is present. The others count as read only when they are absent, so that none contradicts it unseen.</summary>
    public string? Find(IEnumerable<string> fields)
    {
        foreach (var field in fields)
        {
            if (Find(field) is { } value) return value;
        }

        return null;
    }

    public bool Holds(FieldRule rule)
    {
        var value = Find(rule.Field);
        var holds = rule.Values.Any(word => word switch
        {
            "!" => value is null,
            "*" => value is not null,
            _ => word.Equals(value, StringComparison.OrdinalIgnoreCase),
        });
        return rule.And is { } and ? Holds(and) && holds : holds;
    }

    /// <summary>The first rule that holds, or null. All of them count as read.</summary>
    public FieldRule? First(IReadOnlyList<FieldRule> rules)
    {
        FieldRule? first = null;
        foreach (var rule in rules)
        {
            if (Holds(rule)) first ??= rule;
        }

        return first;
    }

    /// <exception cref="OrderFaultException">It is there and no plain number.</exception>
    public decimal? Number(IEnumerable<string> fields)
    {
        foreach (var field in fields)
        {
            if (Find(field) is not { } text) continue;
            return TryNumber(text, out var number) ? number : throw new OrderFaultException(field, "is no plain decimal number.");
        }

        return null;
    }

    public static bool TryNumber([NotNullWhen(true)] string? text, out decimal number)
    {
        number = 0;
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

        // A leading plus makes a price relative at some providers.
        return text is { Length: > 0 and <= 60 } && text[0] != '+' && text.All(c => char.IsAsciiDigit(c) || c is '.' or '-' or '+' or 'e' or 'E')
            && decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out number) && Math.Abs(number) <= 1_000_000_000_000_000_000m;
    }
}
