from servicekit.api.problems import Problem, handler


class SoldOut(Exception):
    pass


class SoldOutForever(SoldOut):
    pass


class NotToday(Exception):
    pass


exception_handler = handler(
    {
        SoldOut: Problem(409, "SOLD_OUT", "There is none left."),
        NotToday: Problem(503, "NOT_TODAY", "Come back tomorrow.", retry_after=86_400),
    }
)
