using EspProv.Fleet;
using EspProv.Fleet.Plan;

namespace EspProv.Tests.Fleet;

public class FleetShardTests
{
    [Theory]
    [InlineData("1/1")]
    [InlineData("2/8")]
    [InlineData(" 3 / 3 ")]
    public void A_shard_is_its_number_and_how_many_there_are(string text) =>
        Assert.Equal(text.Replace(" ", "", StringComparison.Ordinal), FleetShard.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("0/8")]
    [InlineData("9/8")]
    [InlineData("2")]
    [InlineData("-1/8")]
    [InlineData("1/0")]
    [InlineData("a/b")]
    [InlineData("1/2/3")]
    public void What_is_no_shard_is_refused(string text) => Assert.Throws<FormatException>(() => FleetShard.Parse(text));

    [Fact]
    public void Each_device_belongs_to_exactly_one_shard_and_they_are_about_equal()
    {
        const int Shards = 8;
        int[] sizes = new int[Shards];
        for (int number = 1; number <= 4000; number++)
        {
            using var row = new FleetRow { Number = number, Address = $"10.{number / 250}.1.{number % 250}" };
            int owner = Assert.Single(Enumerable.Range(1, Shards), index => new FleetShard(index, Shards).Owns(FleetIdentity.DeviceOf(row)));
            sizes[owner - 1]++;
        }

        Assert.All(sizes, size => Assert.InRange(size, 400, 600));
    }

    [Fact]
    public void The_shard_of_a_device_does_not_depend_on_where_its_row_stands_nor_on_anything_else_of_it()
    {
        using var one = new FleetRow { Number = 1, Address = "192.168.1.7:80", Ssid = "a"u8.ToArray() };
        using var other = new FleetRow { Number = 99, Address = " 192.168.1.7:80 ", Name = "PROV_1", Ssid = "b"u8.ToArray() };
        Assert.Equal(FleetIdentity.DeviceOf(one), FleetIdentity.DeviceOf(other));
    }
}
