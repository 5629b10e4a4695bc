using System.Globalization;
using ControlPlane.ProviderSimulator.Answers;
using ControlPlane.ProviderSimulator.Market;

namespace ControlPlane.ProviderSimulator.Live;

/// <summary>Market data in the form that Polygon documents.</summary>
internal sealed class PolygonAnswers(SimulatedMarket market)
{
    private const int MostBars = 5000;
    private const string RequestId = "6a7e466379af0a71039d60cc78e72282";

    public AnswerScript MarketStatus(LiveCall call)
    {
        var word = market.IsOpen ? "open" : "closed";
        return CodedAnswer.Json(200, new
        {
            afterHours = false,
            currencies = new { crypto = "open", fx = "open" },
            earlyHours = false,
            exchanges = new { nasdaq = word, nyse = word, otc = word },
            market = word,
            serverTime = market.TimeOf(market.Now).ToString("yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture),
        });
    }

    public AnswerScript LastQuote(LiveCall call)
    {
        if (Symbol(call) is not { } symbol)
            return NotFound();
        var tick = market.Latest(symbol);
        return Ok(symbol, tick, new() { ["P"] = tick.Ask, ["S"] = 3, ["X"] = 11, ["p"] = tick.Bid, ["s"] = 3 });
    }

    public AnswerScript LastTrade(LiveCall call)
    {
        if (Symbol(call) is not { } symbol)
            return NotFound();
        var tick = market.Latest(symbol);
        return Ok(symbol, tick, new() { ["i"] = $"{tick.Number}", ["p"] = tick.Price, ["s"] = 100 });
    }

    /// <summary>Seconds and minutes only, given as milliseconds since 1970, which is all that a market of this age has.</summary>
    public AnswerScript Bars(LiveCall call)
    {
        if (Symbol(call) is not { } symbol)
            return NotFound();
        var unit = call.Parts["timespan"] switch { "second" => 1, "minute" => 60, _ => 0 };
        if (unit == 0
            || !int.TryParse(call.Parts["multiplier"], out var multiplier) || multiplier is < 1 or > 3600
            || !long.TryParse(call.Parts["from"], out var from) || from is < 0 or > 253402300799999
            || !long.TryParse(call.Parts["to"], out var to) || to is < 0 or > 253402300799999)
        {
            return CodedAnswer.Json(400, new { status = "ERROR", request_id = RequestId, error = "The range is not understood." });
        }

        var limit = int.TryParse(call.Request.QueryValue("limit"), out var asked) && asked is >= 1 and <= MostBars ? asked : MostBars;
        var bars = market.Bars(symbol, DateTimeOffset.FromUnixTimeMilliseconds(from), DateTimeOffset.FromUnixTimeMilliseconds(to), unit * multiplier).AsEnumerable();
        if (call.Request.QueryValue("sort") == "desc")
            bars = bars.Reverse();
        var results = bars.Take(limit).Select(static bar => new
        {
            v = bar.Ticks * 100,
            vw = Math.Round((bar.High + bar.Low + bar.Close) / 3, 4),
            o = bar.Open,
            c = bar.Close,
            h = bar.High,
            l = bar.Low,
            t = bar.Start.ToUnixTimeMilliseconds(),
            n = bar.Ticks,
        }).ToList();
        return CodedAnswer.Json(200, new
        {
            ticker = symbol,
            queryCount = results.Count,
            resultsCount = results.Count,
            adjusted = true,
            results,
            status = "OK",
            request_id = RequestId,
            count = results.Count,
        });
    }

    private string? Symbol(LiveCall call) => call.Parts.TryGetValue("ticker", out var symbol) && market.Lists(symbol) ? symbol : null;

    /// <summary>Names that differ in case alone can stand in a dictionary, and in no anonymous type.</summary>
    private AnswerScript Ok(string symbol, PriceTick tick, Dictionary<string, object> results)
    {
        var nanoseconds = market.TimeOf(tick.Number).ToUnixTimeMilliseconds() * 1_000_000;
        (results["T"], results["q"], results["t"], results["y"], results["x"], results["z"]) = (symbol, tick.Number, nanoseconds, nanoseconds, 11, 3);
        return CodedAnswer.Json(200, new { request_id = RequestId, status = "OK", results });
    }

    private static AnswerScript NotFound() =>
        CodedAnswer.Json(404, new { status = "NOT_FOUND", request_id = RequestId, message = "Data not found." });
}
