using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Secrets.Keys;
using ControlPlane.Grains.Storage.Seals;
using ControlPlane.Grains.Storage.Trust;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime;
using Orleans.Serialization;

namespace ControlPlane.Grains.Tests.Storage;

/// <summary>An operator's confirmation of a store in which somebody else wrote orders: the bot is killed before they are signed, whatever happens meanwhile.</summary>
public sealed class LedgerSealingTests : IDisposable
{
    private readonly ServiceProvider _orleans = new ServiceCollection().AddSerializer().BuildServiceProvider();
    private readonly StoreMacs _macs = new(new ControlPlaneKeys(new Secret("root-secret-of-the-tests-0123456789")));
    private Rows _rows = null!;
    private Ledger _ledger = null!;

    public LedgerSealingTests() => Open("b");

    private void Open(string bot)
    {
        _rows = new(new(StateNames.Bot, RowKey.Of(GrainId.Create("bot", bot)), 1, Serializer.SerializeToArray(new BotState { Spec = new BotSpec("B", null, [], TradingMode.Paper, ImmutableSortedDictionary<string, decimal>.Empty, null, null) }), "1"));
        _ledger = new(bot, () => Kill.Engaged);
    }

    private Serializer Serializer => _orleans.GetRequiredService<Serializer>();

    private KillSwitch Kill => Serializer.Deserialize<BotState>(StoreMacs.StateOf(_rows.Row.Content))!.Kill;

    private LedgerSealing Sealing => new(_macs, Serializer, TimeProvider.System, NullLogger<LedgerSealing>.Instance, _rows, _ledger);

    [Theory]
    [InlineData("b", 0)]
    [InlineData("b", 3)]
    [InlineData("7", 0)]
    [InlineData("00000000000000000000000000000007", 0)]
    public async Task Confirm_BotWrittenMeanwhile_IsKilledBeforeItsRowsAreSigned(string bot, int writtenMeanwhile)
    {
        Open(bot);
        _rows.Overtakes = writtenMeanwhile;
        await Sealing.ConfirmAsync(vouched: false, CancellationToken.None);
        Assert.Equal([true], _ledger.KilledWhenSigned);
        Assert.True(_macs.Opens(_rows.Row.StateName, _rows.Row.Key, _rows.Row.Version, _rows.Row.Content));
    }

    [Fact]
    public async Task Confirm_BotCanNotBeKilled_SignsNothing()
    {
        _rows.Overtakes = int.MaxValue;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Sealing.ConfirmAsync(vouched: false, CancellationToken.None));
        Assert.Empty(_ledger.KilledWhenSigned);
    }

    [Fact]
    public async Task Confirm_AfterAChangeOfTheKey_SignsAndKillsNobody()
    {
        await Sealing.ConfirmAsync(vouched: true, CancellationToken.None);
        Assert.Equal([false], _ledger.KilledWhenSigned);
    }

    public void Dispose() => _orleans.Dispose();

    private sealed class Ledger(string bot, Func<bool> killed) : ISealedLedger
    {
        public List<bool> KilledWhenSigned { get; } = [];

        public Task<long> SignFirstAsync(CancellationToken cancellationToken) => Task.FromResult(0L);

        public Task<ImmutableHashSet<string>> ForgedAsync(CancellationToken cancellationToken) => Task.FromResult(ImmutableHashSet.Create(bot));

        public Task SignAsync(ImmutableHashSet<string> bots, CancellationToken cancellationToken)
        {
            Assert.Equal([bot], bots);
            KilledWhenSigned.Add(killed());
            return Task.CompletedTask;
        }

        public Task<string?> LookAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);
    }

    /// <summary>One row, which its grain writes again some times just before it is replaced.</summary>
    private sealed class Rows(StoredRow row) : ISealedRows
    {
        public StoredRow Row { get; private set; } = row;

        public int Overtakes { get; set; }

        public Task<bool> ReplaceAsync(StoredRow row, byte[] content, CancellationToken cancellationToken)
        {
            if (Overtakes-- > 0)
            {
                Row = Row with { Version = Row.Version + 1 };
                return Task.FromResult(false);
            }

            Assert.Equal(Row.Version, row.Version);
            Row = row with { Version = row.Version + 1, Content = content };
            return Task.FromResult(true);
        }

        public Task<StoredRows> ReadAsync(long? after, CancellationToken cancellationToken) => Task.FromResult(new StoredRows([Row], null));

        public Task<ImmutableArray<StoreMark>> MarksAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task AddMarkAsync(StoreMark mark, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IAsyncDisposable> LockAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
