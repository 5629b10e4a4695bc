using ControlPlane.Grains.Gateway.Answers;
using ControlPlane.Grains.Gateway.Calls;
using ControlPlane.Grains.Gateway.Orders;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Grains.Gateway.Positions;

/// <summary>The broker said that it is asked too often.</summary>
internal sealed class TooManyQuestionsException : Exception;

/// <summary>Asks a broker for positions, one question after the other and each once. For one round of comparisons.</summary>
internal sealed class PositionDesk(ProviderDefinition provider, IProviderCalls calls, TimeProvider time)
{
    /// <summary>Below the rate of every broker of the catalogue, and bots need theirs.</summary>
    private static readonly TimeSpan s_pace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);
    private readonly Dictionary<string, ProviderReply?> _replies = new(StringComparer.Ordinal);

    /// <returns>Signed units; null when the broker did not tell them.</returns>
    /// <exception cref="TooManyQuestionsException">No question must follow.</exception>
    public async Task<decimal?> ReadAsync(PositionQuestion question, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, string>(question.Values);
        foreach (var (name, value) in question.Positions.Ask)
        {
            if (await AskAsync(value.Request, values, cancellationToken) is not { Status: >= 200 and <= 299 } told || Text(told.Body, value.Field) is not { Length: > 0 } text) return null;
            values[name] = text;
        }

        return await AskAsync(question.Positions.Request, values, cancellationToken) is { } reply
            ? PositionReader.Read(question.Positions, question.Symbol, values.GetValueOrDefault, reply.Status, reply.Body)
            : null;
    }

    private async Task<ProviderReply?> AskAsync(RequestDefinition request, Dictionary<string, string> values, CancellationToken cancellationToken)
    {
        var filled = CallTemplates.Fill(request, name => values.GetValueOrDefault(name) ?? $"{{{name}}}");
        var key = $"{filled?.Method} {filled?.Path}?{filled?.Query}";
        if (_replies.TryGetValue(key, out var known)) return known;
        if (_replies.Count > 0) await Task.Delay(s_pace, time, cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        var reply = await calls.SendAsync(provider, request, values, limit.Token);

        // 418 is Binance's word for an address that went on after 429.
        if (reply is { Status: 429 or 418 }) throw new TooManyQuestionsException();
        return _replies[key] = reply;
    }

    private static string? Text(ReadOnlyMemory<byte> body, string field)
    {
        try
        {
            return AnswerReader.Fields(JsonFields.Parse(body)).Find(field);
        }
        catch (OrderFaultException)
        {
            return null;
        }
    }
}
