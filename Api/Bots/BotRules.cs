using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Api.Http;
using ControlPlane.Contracts;
using ControlPlane.Grains.Risk;

namespace ControlPlane.Api.Bots;

/// <summary>What a bot's registration may hold, and when an update loosens.</summary>
internal static class BotRules
{
    public const int MaxRequires = 100;
    public const int MaxLimits = 50;
    public const int MaxSymbols = 500;
    public const int MaxSymbol = Grains.Risk.Symbols.SymbolNames.MaxLength;

    public static Problem? CheckId(string botId) => TextRules.IsBotId(botId)
        ? null
        : Problems.Invalid("A bot's id must be 1 to 64 of a-z, 0-9, '.', '_' and '-', and start with a letter or digit.");

    public static Problem? CheckRunner(string? runnerId) => TextRules.IsText(runnerId, TextRules.MaxName)
        ? null
        : Problems.Invalid($"'runner_id' must be 1 to {TextRules.MaxName} characters of {TextRules.TextRule}.");

    /// <summary>The registration as the grain takes it, or the problem with it.</summary>
    public static Problem? Check(BotRegistrationRequest request, Func<string, bool> isProvider, out BotRegistration registration)
    {
        registration = null!;
        if (!TextRules.IsText(request.Name, TextRules.MaxName))
            return Problems.Invalid($"'name' must be 1 to {TextRules.MaxName} characters of {TextRules.TextRule}.");
        if (request.UserId is not null && !TextRules.IsText(request.UserId, TextRules.MaxName))
            return Problems.Invalid($"'user_id' must be 1 to {TextRules.MaxName} characters of {TextRules.TextRule}.");
        var mode = EnumNames.Find<TradingMode>(request.Mode);
        if (request.Mode is not null && mode is null)
            return Problems.Invalid("'mode' must be 'paper' or 'live'.");
        if ((CheckProviders("requires", request.Requires, isProvider) ?? CheckProviders("may_use", request.MayUse, isProvider) ?? CheckLimits(request.RiskLimits) ?? CheckSymbols(request.AllowedSymbols)) is { } wrong) return wrong;
        if (request.Model is not null && !TextRules.IsText(request.Model, TextRules.MaxName))
            return Problems.Invalid($"'model' must be 1 to {TextRules.MaxName} characters of {TextRules.TextRule}.");
        registration = new BotRegistration(
            request.Name!,
            request.UserId,
            request.Requires?.Select(id => id!).ToImmutableSortedSet(StringComparer.Ordinal),
            mode,
            request.RiskLimits?.ToImmutableSortedDictionary(StringComparer.Ordinal),
            request.AllowedSymbols?.Select(symbol => symbol!).ToImmutableSortedSet(StringComparer.Ordinal),
            request.Model,
            ToTerms(request));
        if (request.Instruments?.Values.Any(i => i?.Multiplier is null) is true) return Problems.Invalid("In 'instruments' each symbol needs a 'multiplier', a number above 0.");
        if (request.Aliases?.Values.Any(symbol => symbol is null) is true) return Problems.Invalid("In 'aliases' each name needs a symbol.");
        return null;
    }

    private static BotTerms? ToTerms(BotRegistrationRequest request) =>
        request is { Instruments: null, Aliases: null, MayUse: null, Currency: null, StatesConfidence: null } ? null : new BotTerms
        {
            Instruments = request.Instruments?.ToImmutableSortedDictionary(i => i.Key, i => new Instrument(i.Value?.Multiplier ?? 0, i.Value?.Rate), StringComparer.Ordinal),
            Aliases = request.Aliases?.ToImmutableSortedDictionary(a => a.Key, a => a.Value ?? "", StringComparer.Ordinal),
            MayUse = request.MayUse?.Select(id => id!).ToImmutableSortedSet(StringComparer.Ordinal),
            Currency = request.Currency,
            StatesConfidence = request.StatesConfidence,
        };

    private static Problem? CheckProviders(string field, IReadOnlyList<string?>? requires, Func<string, bool> isProvider)
    {
        if (requires is null) return null;
        if (requires.Count > MaxRequires || requires.Any(id => !TextRules.IsProviderId(id)))
            return Problems.Invalid($"'{field}' must hold at most {MaxRequires} ids of integrations.");
        return requires.All(id => isProvider(id!))
            ? null
            : Problems.UnknownProvider() with { Status = StatusCodes.Status400BadRequest, Title = "Bad request", Detail = $"'{field}' names an integration that is not in the catalogue." };
    }

    private static Problem? CheckSymbols(IReadOnlyList<string?>? symbols) =>
        symbols is null || (symbols.Count <= MaxSymbols && symbols.All(symbol => TextRules.IsText(symbol, MaxSymbol)))
            ? null
            : Problems.Invalid($"'allowed_symbols' must hold at most {MaxSymbols} symbols of 1 to {MaxSymbol} characters, or '*' alone.");

    private static Problem? CheckLimits(IReadOnlyDictionary<string, decimal>? limits)
    {
        if (limits is null) return null;
        return limits.Count > MaxLimits || limits.Any(limit => !TextRules.IsLimitName(limit.Key) || limit.Value < 0)
            ? Problems.Invalid($"'risk_limits' must hold at most {MaxLimits} limits: names of a-z, 0-9 and '_', values of 0 or more.")
            : null;
    }
}
