using ControlPlane.ProviderSimulator.Books.Dialects;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Books;

/// <summary>The order books of all brokers that have one.</summary>
internal sealed class BookDesk
{
    /// <summary>A book that nobody reads: whether a dialect answers a call is the same in every book.</summary>
    private static readonly OrderBook s_nobodys = new();

    private readonly Dictionary<string, (IBookDialect Dialect, OrderBook Book)> _books = new IBookDialect[]
    {
        new AlpacaBook(), new OandaBook(), new TradierBook(), new TradovateBook(), new BinanceBook(), new BybitBook(), new OkxBook(), new CoinbaseBook(), new KuCoinBook(), new KrakenBook(),
    }.ToDictionary(static dialect => dialect.Provider, static dialect => (dialect, new OrderBook()), StringComparer.Ordinal);

    public IEnumerable<string> Providers => _books.Keys;

    public OrderBook Of(string provider) => _books[provider].Book;

    /// <summary>Whether a call is one of orders.</summary>
    public bool Speaks(ProviderRequest request) => _books.TryGetValue(request.Provider, out var known) && known.Dialect.Answer(request, s_nobodys) is not null;

    /// <summary>Null for a provider without a book, and for a call that has nothing to do with orders.</summary>
    public AnswerScript? Answer(ProviderRequest request) => _books.TryGetValue(request.Provider, out var known) ? known.Dialect.Answer(request, known.Book) : null;
}
