using System.Globalization;
using ControlPlane.Contracts;

namespace ControlPlane.Dashboard.Views.Acts;

/// <summary>A bot's configuration as an operator edits it: texts, of which only what was changed is sent.</summary>
public sealed class BotForm
{
    /// <summary>The limits that the control plane knows, in the order in which they are shown.</summary>
    public static IReadOnlyList<string> LimitNames { get; } =
    [
        "max_order_quantity", "max_order_notional", "max_position_notional", "max_gross_notional", "max_open_orders", "max_orders_per_minute",
        "max_daily_loss", "price_collar_percent", "duplicate_order_seconds",
    ];

    private readonly BotRow _was;

    public BotForm(BotRow bot)
    {
        _was = bot;
        Mode = Word(bot.Mode);
        (Requires, MayUse, Symbols) = (Join(bot.Requires), Join(bot.MayUse), bot.AllowedSymbols is null ? "*" : Join(bot.AllowedSymbols));
        Currency = bot.Currency ?? "";
        StatesConfidence = bot.StatesConfidence;
        Instruments = string.Join('\n', bot.Instruments.OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => $"{row.Key} = {Number(row.Value.Multiplier ?? 1)}"));
        Aliases = string.Join('\n', bot.Aliases.OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => $"{row.Key} = {row.Value}"));
        foreach (var name in LimitNames) Limits[name] = bot.RiskLimits.TryGetValue(name, out var value) ? Number(value) : "";
    }

    /// <summary><c>paper</c> or <c>live</c>.</summary>
    public string Mode { get; set; }

    /// <summary>Ids with spaces or commas; empty means every gate.</summary>
    public string Requires { get; set; }
    public string MayUse { get; set; }

    /// <summary><c>*</c> for any symbol; empty for none.</summary>
    public string Symbols { get; set; }
    public string Currency { get; set; }
    public bool StatesConfidence { get; set; }

    /// <summary>A line each, <c>ES = 50</c>.</summary>
    public string Instruments { get; set; }

    /// <summary>A line each, <c>XBTUSD = BTCUSD</c>.</summary>
    public string Aliases { get; set; }

    /// <summary>Empty for the control plane's default.</summary>
    public Dictionary<string, string> Limits { get; } = new(StringComparer.Ordinal);

    /// <summary>What is to be sent, or what is wrong; both null when nothing was changed.</summary>
    public (BotRegistrationRequest? Request, string? Problem) Read()
    {
        var limits = new Dictionary<string, decimal>(_was.RiskLimits, StringComparer.Ordinal);
        foreach (var (name, text) in Limits)
        {
            if (string.IsNullOrWhiteSpace(text)) limits.Remove(name);
            else if (decimal.TryParse(text.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)) limits[name] = value;
            else return (null, $"{Plain(name)} must be a number of 0 or more, or empty for the default.");
        }

        if (Pairs(Instruments) is not { } instruments) return (null, "Each line of the instruments is a symbol, '=' and a multiplier.");
        var multipliers = new Dictionary<string, InstrumentRow?>(StringComparer.Ordinal);
        foreach (var (symbol, text) in instruments)
        {
            if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var multiplier) || multiplier <= 0) return (null, $"The multiplier of {symbol} must be a number above 0.");
            multipliers[symbol] = new InstrumentRow(multiplier);
        }

        if (Pairs(Aliases) is not { } aliases) return (null, "Each line of the aliases is a name, '=' and a symbol.");
        var before = new BotForm(_was);
        var request = new BotRegistrationRequest
        {
            Name = _was.Name,
            Mode = Mode == before.Mode ? null : Mode,
            Requires = Same(Requires, before.Requires) ? null : [.. Words(Requires)],
            MayUse = Same(MayUse, before.MayUse) ? null : [.. Words(MayUse)],
            AllowedSymbols = Same(Symbols, before.Symbols) ? null : [.. Words(Symbols)],
            RiskLimits = Equal(limits, _was.RiskLimits) ? null : limits,
            Currency = Currency.Trim() == before.Currency || Currency.Trim().Length == 0 ? null : Currency.Trim(),
            StatesConfidence = StatesConfidence == before.StatesConfidence ? null : StatesConfidence,
            Instruments = Instruments.Trim() == before.Instruments ? null : multipliers,
            Aliases = Aliases.Trim() == before.Aliases ? null : aliases.ToDictionary(row => row.Key, row => (string?)row.Value, StringComparer.Ordinal),
        };
        var changed = request is not { Mode: null, Requires: null, MayUse: null, AllowedSymbols: null, RiskLimits: null, Currency: null, StatesConfidence: null, Instruments: null, Aliases: null };
        return (changed ? request : null, null);
    }

    /// <summary>The limit's name in words.</summary>
    public static string Plain(string limit) => limit.Replace('_', ' ') is var words ? char.ToUpperInvariant(words[0]) + words[1..] : limit;

    private static string Word(TradingMode mode) => mode == TradingMode.Live ? "live" : "paper";

    private static string Join(IEnumerable<string> words) => string.Join(", ", words);

    private static string[] Words(string text) => text.Split([' ', ',', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries);

    private static bool Same(string one, string other) => Words(one).ToHashSet(StringComparer.Ordinal).SetEquals(Words(other));

    private static bool Equal(Dictionary<string, decimal> one, IReadOnlyDictionary<string, decimal> other) =>
        one.Count == other.Count && one.All(row => other.TryGetValue(row.Key, out var value) && value == row.Value);

    private static string Number(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);

    private static List<KeyValuePair<string, string>>? Pairs(string text)
    {
        var found = new List<KeyValuePair<string, string>>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.Split('=', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } name, { Length: > 0 } value]) return null;
            found.Add(new(name, value));
        }

        return found;
    }
}
